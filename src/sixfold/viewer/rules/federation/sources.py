"""Whether a remote archive can be asked as it is described, and safely."""

import ipaddress
import re
import ssl
from typing import Final
from urllib.parse import urlsplit

import msgspec

from sixfold.governance.rules.network import is_title
from sixfold.governance.rules.places import check_code
from sixfold.viewer.model.federation import OWN, Anonymous, BadSource, Basic, Bearer, Credential, Dicomweb, Dimse, Reach, Source

TIMEOUTS: Final = (0.5, 120.0)
"""Seconds, the shortest and the longest."""
AT_ONCE: Final = (1, 32)
_LONGEST_TITLE, _LONGEST_ISSUER, _LONGEST_URL, _LONGEST_PEM, _LONGEST_SECRET = 200, 64, 1000, 262_144, 8192
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")
_TOKEN = re.compile(r"[\x21-\x7e]+")


def check_source(source: Source) -> Source:
    """The source with its fields in normal form; raises `BadSource`, `BadEntry`. It may name any facility."""
    key = check_code(source.key)
    if key == OWN:
        raise BadSource(f"'{OWN}' is our own archive")
    title = " ".join(source.title.split()) or key
    if len(title) > _LONGEST_TITLE or not title.isprintable():
        raise BadSource(f"a title has at most {_LONGEST_TITLE} printable characters")
    return msgspec.structs.replace(
        source,
        key=key,
        title=title,
        reach=_check_reach(source.reach),
        issuer=_check_issuer(source.issuer),
        facility=check_code(source.facility) if source.facility else "",
        timeout=_within(source.timeout, TIMEOUTS, "seconds to wait for an answer"),
        at_once=int(_within(source.at_once, AT_ONCE, "questions at once")),
    )


def check_credential(credential: Credential, reach: Reach) -> Credential:
    """The credential, where it can be sent there without being read on the way; raises `BadSource`."""
    if isinstance(credential, Anonymous):
        return credential
    if not isinstance(reach, Dicomweb):
        raise BadSource("an archive of the DICOM network is told our AE title, and nothing to prove it by but a certificate")
    if not _is_private(reach.url):
        raise BadSource("a token or a password is sent by https only")
    if isinstance(credential, Bearer):
        if not _TOKEN.fullmatch(credential.token) or len(credential.token) > _LONGEST_SECRET:
            raise BadSource("a token is printable ASCII without spaces")
        return credential
    return _check_basic(credential)


def may_keep(before: Source, after: Source) -> bool:
    """Whether the kept secret may go to the archive as it is described now: only to where it was given for."""
    old, new = before.reach, after.reach
    return isinstance(old, Dicomweb) and isinstance(new, Dicomweb) and _origin(old.url) == _origin(new.url)


def address_of(reach: Reach) -> str:
    """Where it is, in words."""
    return reach.url if isinstance(reach, Dicomweb) else f"{reach.ae_title}@{reach.host}:{reach.port}"


def kind_of(reach: Reach) -> str:
    """`dicomweb` or `dimse`."""
    return "dicomweb" if isinstance(reach, Dicomweb) else "dimse"


def trusting(authorities: str, context: ssl.SSLContext) -> ssl.SSLContext:
    """The context, which now believes these authorities (PEM) too; raises `BadSource`."""
    try:
        context.load_verify_locations(cadata=authorities)
    except (ssl.SSLError, ValueError) as error:
        raise BadSource("the authorities are not certificates in PEM") from error
    return context


def _check_reach(reach: Reach) -> Reach:
    if reach.authorities.strip():
        if len(reach.authorities) > _LONGEST_PEM or not reach.authorities.isascii():
            raise BadSource(f"authorities are certificates in PEM, {_LONGEST_PEM} characters at most")
        trusting(reach.authorities, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    return _check_dicomweb(reach) if isinstance(reach, Dicomweb) else _check_dimse(reach)


def _check_dicomweb(reach: Dicomweb) -> Dicomweb:
    url = reach.url.strip().rstrip("/")
    if len(url) > _LONGEST_URL or not _TOKEN.fullmatch(url):
        raise BadSource(f"a base URL is printable ASCII of at most {_LONGEST_URL} characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadSource("this is no URL") from error
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or "") or port == 0:
        raise BadSource("a base URL is http or https, with the name or address of a host")
    if parts.username is not None or parts.query or parts.fragment:
        raise BadSource("a base URL has neither name and password, nor a query or fragment")
    return Dicomweb(url, reach.authorities.strip())


def _check_dimse(reach: Dimse) -> Dimse:
    called, calling, host = reach.ae_title.strip(), reach.calling_ae.strip(), reach.host.strip()
    if not is_title(called) or (calling and not is_title(calling)):
        raise BadSource("an AE title is 1 to 16 characters of ASCII without backslash")
    if not _HOST.fullmatch(host):
        raise BadSource("a host is a name or an address")
    if not 1 <= reach.port <= 65535:
        raise BadSource("a port is a number from 1 to 65535")
    return Dimse(called, host, reach.port, reach.tls, calling, reach.retrieve, reach.authorities.strip())


def _check_issuer(issuer: str) -> str:
    plain = " ".join(issuer.split())
    if not 1 <= len(plain) <= _LONGEST_ISSUER or not plain.isprintable() or "|" in plain or "\\" in plain:
        raise BadSource(
            f"say who issues the archive's Patient IDs, in 1 to {_LONGEST_ISSUER} characters: an ID alone names nobody"
        )
    return plain


def _check_basic(credential: Basic) -> Basic:
    user, password = credential.user, credential.password
    if not user or ":" in user or not (user + password).isprintable() or len(user + password) > _LONGEST_SECRET:
        raise BadSource("a user's name has no colon, and neither it nor the password has control characters")
    return credential


def _within(value: float, bounds: tuple[float, float], what: str) -> float:
    if not bounds[0] <= value <= bounds[1]:
        raise BadSource(f"{what}: from {bounds[0]:g} to {bounds[1]:g}")
    return value


def _is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent there: by https, or to this machine itself."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}[parts.scheme]
