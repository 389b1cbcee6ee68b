"""What of an OpenID Connect provider can be believed: signatures, claims, groups (OpenID Connect Core 1.0, RFC 9068)."""

import hmac
import ipaddress
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from authlib.oidc.core.util import create_half_hash  # type: ignore[import-untyped]
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sixfold.governance.model import BadEntry
from sixfold.governance.model.oidc import GroupMapping, Identity, Provider, ProviderUnavailable, TokenRefused
from sixfold.governance.model.places import Belonging
from sixfold.governance.rules.accounts import digest, is_name

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Only what is signed by a key that we do not have: neither `none` nor HMAC (RFC 8725 3.1, 3.2)."""

_LONGEST_TOKEN = 16_384
_LONGEST_HEADER = 4_096
_CLOCKS_APART = 60  # seconds by which the provider's clock may be ahead
_MOST_GROUPS = 2_000
_ACCESS_TYPES = frozenset({"", "jwt", "at+jwt", "application/at+jwt"})


@dataclass(frozen=True, slots=True)
class Signed:
    """A token whose signature is the provider's."""

    algorithm: str
    type: str
    claims: Mapping[str, Any]


class UnknownKey(TokenRefused):
    """The provider has no key of that name, as far as we know."""


def keys_of(document: Mapping[str, Any]) -> KeySet:
    """The provider's keys for signatures (RFC 7517); raises `ProviderUnavailable`."""
    listed = document.get("keys")
    signing = [key for key in listed if isinstance(key, dict) and _signs(key)] if isinstance(listed, list) else []
    try:
        return KeySet.import_key_set({"keys": signing})
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderUnavailable("the identity provider's keys cannot be used") from error


def _signs(key: Mapping[str, Any]) -> bool:
    return key.get("use", "sig") == "sig" and key.get("kty") in ("RSA", "EC", "OKP")


def verified(token: str, keys: KeySet) -> Signed:
    """The content of a token that one of the keys signed; raises `TokenRefused`, `UnknownKey` for a key that is not there."""
    if len(token) > _LONGEST_TOKEN or token.count(".") != 2 or not token.isascii():
        raise TokenRefused("this is not a signed token")
    registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    registry.max_header_length = _LONGEST_HEADER
    try:
        found = jws.extract_compact(token.encode(), None, registry)
        if not _has_key(keys, found.headers()):
            raise UnknownKey("the token is signed by a key that the identity provider does not have")
        opened = jws.deserialize_compact(token, keys, registry=registry)
        claims = json.loads(opened.payload)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TokenRefused(f"the token is not signed as it must be: {type(error).__name__}") from error
    if not isinstance(claims, dict):
        raise TokenRefused("the token holds no claims")
    header = opened.headers()
    return Signed(str(header["alg"]), str(header.get("typ", "")), claims)


def _has_key(keys: KeySet, header: Mapping[str, Any]) -> bool:
    """Whether the key that a header names is there; an algorithm that is not allowed is another refusal's matter."""
    kid = header.get("kid")
    return header.get("alg") not in ALGORITHMS or kid is None or any(key.kid == kid for key in keys)


def check_id_token(signed: Signed, provider: Provider, nonce: str, access_token: str, now: datetime) -> None:
    """Raise `TokenRefused` unless the ID token was made for us, for this sign-in, and is in force (Core 1.0 3.1.3.7)."""
    claims = signed.claims
    _check_issued(claims, provider, now)
    audience = _audience(claims)
    if provider.client_id not in audience:
        raise TokenRefused("the ID token is for somebody else")
    party = claims.get("azp")
    if (len(audience) > 1 or party is not None) and party != provider.client_id:
        raise TokenRefused("the ID token was made for another party")
    if not _same(claims.get("nonce"), nonce):
        raise TokenRefused("the ID token belongs to another sign-in")
    half = claims.get("at_hash")
    if half is not None and not _same(half, _half_hash(access_token, signed.algorithm)):
        raise TokenRefused("the ID token belongs to another access token")


def check_access_token(signed: Signed, provider: Provider, now: datetime) -> None:
    """Raise `TokenRefused` unless the access token was made for our API and is in force (RFC 9068 4)."""
    _check_issued(signed.claims, provider, now)
    if not provider.audience or provider.audience not in _audience(signed.claims):
        raise TokenRefused("the access token is for somebody else")
    if signed.type.lower() not in _ACCESS_TYPES or "nonce" in signed.claims:
        raise TokenRefused("this is not an access token")


def _check_issued(claims: Mapping[str, Any], provider: Provider, now: datetime) -> None:
    moment = now.timestamp()
    if claims.get("iss") != provider.issuer:
        raise TokenRefused("the token is of another issuer")
    if not _is_text(claims.get("sub"), 255):
        raise TokenRefused("the token does not say whose it is")
    expires, issued, begins = (_moment(claims, name) for name in ("exp", "iat", "nbf"))
    if expires is None or expires <= moment:
        raise TokenRefused("the token has expired")
    if issued is None or issued > moment + _CLOCKS_APART:
        raise TokenRefused("the token was issued in the future, or nobody knows when")
    if begins is not None and begins > moment + _CLOCKS_APART:
        raise TokenRefused("the token is not in force yet")


def _moment(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise TokenRefused(f"the token's {name} is no moment")
    return float(value)


def _audience(claims: Mapping[str, Any]) -> list[str]:
    audience = claims.get("aud")
    listed = [audience] if isinstance(audience, str) else audience
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise TokenRefused("the token does not say for whom it is")
    return listed


def _half_hash(access_token: str, algorithm: str) -> str:
    made = create_half_hash(access_token, algorithm)
    return made.decode() if isinstance(made, bytes) else ""


def _same(given: object, expected: str) -> bool:
    return isinstance(given, str) and expected != "" and hmac.compare_digest(given.encode(), expected.encode())


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= longest and value.isprintable()


def identity_of(claims: Mapping[str, Any], groups: frozenset[str]) -> Identity:
    """Who the claims speak of; the provider's own name for them is used for show only."""
    preferred = str(claims.get("preferred_username") or "").strip().lower()
    shown = claims.get("name")
    return Identity(
        issuer=claims["iss"],
        subject=claims["sub"],
        name=preferred if is_name(preferred) else "user",
        display_name=" ".join(shown.split())[:100] if isinstance(shown, str) and shown.isprintable() else "",
        groups=groups,
    )


def account_name(identity: Identity, *, taken: bool) -> str:
    """What the account of an identity is called: the provider's name for it if nobody has it, else one that is its alone."""
    if not taken and identity.name != "user":
        return identity.name
    whose = digest(f"{identity.issuer}\0{identity.subject}")
    return f"{identity.name[:40]}-{whose[:16]}"


def groups_in(claims: Mapping[str, Any], claim: str) -> frozenset[str] | None:
    """The values of the groups claim, also where it is within another, as `realm_access.roles`; None when there is none."""
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for name in claim.split("."):
            found = found.get(name) if isinstance(found, dict) else None
    if found is None:
        return None
    listed = [found] if isinstance(found, str) else found
    if not isinstance(listed, list) or len(listed) > _MOST_GROUPS:
        raise TokenRefused("the groups of the token cannot be read")
    return frozenset(group for group in listed if isinstance(group, str))


def mapped(groups: frozenset[str], mappings: Iterable[GroupMapping]) -> tuple[frozenset[str], Belonging]:
    """The roles and places of somebody in these groups: those of every mapping add up; one without facility is every one."""
    found = [mapping for mapping in mappings if mapping.value in groups]
    everywhere = any(not mapping.belonging.facilities for mapping in found)
    facilities = frozenset[str]() if everywhere else frozenset[str]().union(*(one.belonging.facilities for one in found))
    return (
        frozenset[str]().union(*(one.roles for one in found)),
        Belonging(
            frozenset[str]().union(*(one.belonging.groups for one in found)),
            frozenset[str]().union(*(one.belonging.service_lines for one in found)),
            facilities,
        ),
    )


def check_value(value: str) -> str:
    """The value of a groups claim; raises `BadEntry`."""
    if not _is_text(value, 512):
        raise BadEntry("a group of the provider has 1 to 512 printable characters")
    return value


def check_endpoint(address: object, provider: Provider) -> str:
    """An endpoint that the provider names, when it is one we may call; raises `ProviderUnavailable`."""
    if not isinstance(address, str) or not is_safe(address) or "@" in address:
        raise ProviderUnavailable("the identity provider names an endpoint that is no https address")
    parts = urlsplit(address)
    if parts.netloc != urlsplit(provider.issuer).netloc and parts.hostname not in provider.hosts:
        raise ProviderUnavailable(f"the identity provider names an endpoint on {parts.hostname}, which is not one of its hosts")
    return address


def is_safe(address: str) -> bool:
    """Whether an address is reached by TLS, or stands on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return (parts.scheme == "https" and host != "") or (parts.scheme == "http" and _is_loopback(host))
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def local_path(path: str) -> str:
    """Where the browser goes after sign-in: a path of ours, else the start page (no open redirect)."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isascii() and path.isprintable()
    return path if plain and len(path) <= 2048 and "\\" not in path else "/"
