"""DICOM over TLS, with and without client certificates (PS3.15 B.9)."""

import hashlib
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.unit.dimse.conftest import PROPOSALS, House, Street, eventually, instance

from sixfold.dimse.client import ClientSettings, associate
from sixfold.dimse.errors import AssociationEnded
from sixfold.dimse.services import Remote


@dataclass(frozen=True)
class Identity:
    """A self-signed certificate and its key, in files."""

    certificate: Path
    key: Path
    sha256: str


def make_identity(folder: Path, name: str) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    digest = hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()
    return Identity(*files, digest)


@pytest.fixture
def ours(tmp_path: Path) -> Identity:
    return make_identity(tmp_path, "server")


@pytest.fixture
def theirs(tmp_path: Path) -> Identity:
    return make_identity(tmp_path, "modality")


def server_context(ours: Identity, trusted: Identity | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(ours.certificate, ours.key)
    if trusted is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(trusted.certificate)
    return context


def client_context(server: Identity, own: Identity | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=server.certificate)
    if own is not None:
        context.load_cert_chain(own.certificate, own.key)
    return context


def remote(house: House, context: ssl.SSLContext | None) -> Remote:
    return Remote("HOUSE", "localhost", house.remote.port, context)


def test_a_client_certificate_reaches_the_house(serve: Street, ours: Identity, theirs: Identity) -> None:
    house = serve(tls=server_context(ours, theirs))
    with associate(remote(house, client_context(ours, theirs)), PROPOSALS) as peer:
        assert peer.echo() == 0
        sent = [instance(number, 3_000_000) for number in range(3)]
        assert {outcome.status for outcome in peer.store(sent)} == {0}
    assert house.archive.callers[0].certificate_sha256 == theirs.sha256
    assert [held.encodings for held in house.archive.stored.values()] == [one.encodings for one in sent]


def test_without_a_certificate_there_is_no_fingerprint(serve: Street, ours: Identity) -> None:
    house = serve(tls=server_context(ours))
    with associate(remote(house, client_context(ours)), PROPOSALS) as peer:
        assert peer.echo() == 0
    assert house.archive.asked[0].certificate_sha256 is None


def test_a_client_without_the_certificate_it_needs_gets_nowhere(serve: Street, ours: Identity, theirs: Identity) -> None:
    house = serve(tls=server_context(ours, theirs))
    with pytest.raises(AssociationEnded):
        associate(remote(house, client_context(ours)), PROPOSALS)
    eventually(lambda: house.metrics.refused == ["tls"])
    assert house.archive.asked == []


def test_plain_text_to_a_tls_port_gets_nowhere(serve: Street, ours: Identity) -> None:
    house = serve(tls=server_context(ours))
    with pytest.raises(AssociationEnded):
        associate(remote(house, None), PROPOSALS, ClientSettings(artim=2.0))
    eventually(lambda: house.metrics.refused == ["tls"])


def test_a_server_that_is_not_trusted_is_not_called(serve: Street, ours: Identity, theirs: Identity) -> None:
    house = serve(tls=server_context(ours))
    with pytest.raises(AssociationEnded):
        associate(remote(house, client_context(theirs)), PROPOSALS)
    eventually(lambda: house.metrics.refused == ["tls"])


def test_S9_a_handshake_that_never_ends_is_ended(serve: Street, ours: Identity) -> None:
    house = serve(tls=server_context(ours), artim=0.2)
    with socket.create_connection((house.remote.host, house.remote.port)) as silent:
        eventually(lambda: house.metrics.refused == ["tls"])
        assert silent.recv(1) == b""


def test_idle_tls_associations_end_too(serve: Street, ours: Identity) -> None:
    house = serve(tls=server_context(ours), idle_timeout=0.2)
    peer = associate(remote(house, client_context(ours)), PROPOSALS)
    eventually(lambda: house.metrics.closed == ["lost"])
    peer.abort()
