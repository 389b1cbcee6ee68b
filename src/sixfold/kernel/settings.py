"""Settings: one frozen object, read once from `SIXFOLD_*`; a wrong or unknown value stops the start.

Every setting can be given as a file instead (`SIXFOLD_DATABASE_URL_FILE=/run/secrets/db`), so that no secret need stand in
an environment.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sixfold.kernel.errors import InvalidInput

PREFIX = "SIXFOLD_"
_LONGEST_NUMBER = 18
_FOR_TESTS = ("SIXFOLD_TEST_", "SIXFOLD_FUZZ_")


class BadSetting(InvalidInput):
    """A setting has a value that cannot be used, or a name that nobody knows."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a TCP port to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def address(text: str) -> Address:
    """Parse `HOST:PORT` or `[IPv6]:PORT`."""
    host, _, port = text.rpartition(":")
    if not host or not _is_whole(port) or int(port) > 65535:
        raise BadSetting(f"'{text}' is not HOST:PORT")
    return Address(host.strip("[]"), int(port))


def ae_title(text: str) -> str:
    """Parse an AE title: 1 to 16 characters of the default repertoire, no backslash (PS3.5 6.2)."""
    title = text.strip()
    if not 1 <= len(title) <= 16 or "\\" in title or not all(" " <= char <= "~" for char in title):
        raise BadSetting(f"'{text}' is not an AE title of 1 to 16 characters")
    return title


def sink(text: str) -> str:
    """Check `tls://HOST:PORT`, `tcp://...` or `udp://...`; empty is none."""
    scheme, separator, rest = text.partition("://")
    if text and (not separator or scheme not in ("tls", "tcp", "udp") or not address(rest).port):
        raise BadSetting(f"'{text}' is not tls://HOST:PORT, tcp://HOST:PORT or udp://HOST:PORT")
    return text


def _is_whole(text: str) -> bool:
    """Whether it is a whole number in ASCII, of a length that any setting may have: other scripts have digits too."""
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER


def _choice(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise BadSetting(f"'{text}' is not one of {', '.join(allowed)}")
        return text

    return parse


def _number(low: float, high: float) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not _is_whole(text) or not low <= int(text) <= high:
            raise BadSetting(f"'{text}' is not a whole number from {low:g} to {high:g}")
        return int(text)

    return parse


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise BadSetting(f"'{text}' is not a number of seconds") from None
    if not 0 <= value < 1e9:
        raise BadSetting(f"'{text}' is not a number of seconds")
    return value


def _flag(text: str) -> bool:
    return _choice("0", "1")(text) == "1"


def _path(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _text(text: str) -> str:
    return text


def _setting(default: str, parse: Callable[[str], Any], explain: str, *, secret: bool = False) -> Any:
    return field(
        default=parse(default),
        metadata={"default": default, "parse": parse, "help": explain, "secret": secret},
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, with its default and what it is for."""

    home: Path = _setting("~/.local/share/sixfold", _path, "Folder for everything that is not elsewhere by URL")
    http: Address = _setting("127.0.0.1:8080", address, "Where the web listens")
    dimse: Address = _setting("127.0.0.1:11112", address, "Where the DICOM network listens")
    ae: str = _setting("SIXFOLD", ae_title, "Our AE title")
    database_url: str = _setting("", _text, "Index and feed; empty is SQLite in the home folder", secret=True)
    objects_url: str = _setting("", _text, "Sealed objects; empty is a folder in the home folder", secret=True)
    durability: str = _setting("fsync", _choice("fsync", "os"), "What a success promises: on disk, or handed to the OS")
    dimse_processes: int = _setting("1", _number(1, 64), "DIMSE processes that share the port")
    web_processes: int = _setting("2", _number(1, 64), "Web processes that share the port")
    stable_after: float = _setting("20", _seconds, "Seconds without a new instance until a series is stable and sealed")
    segment_bytes: int = _setting("268435456", _number(1 << 20, 1 << 40), "A landing segment is closed at this size")
    max_associations: int = _setting("64", _number(1, 10000), "Associations at once in each DIMSE process")
    dimse_tls_certificate: str = _setting("", _text, "PEM certificate chain; set it to speak TLS only")
    dimse_tls_key: str = _setting("", _text, "PEM private key of the certificate")
    dimse_tls_clients: str = _setting("", _text, "PEM authorities whose client certificates are required")
    public_url: str = _setting("", _text, "The address that users see, when a proxy stands before us")
    copies_bytes: int = _setting(
        "21474836480", _number(1 << 20, 1 << 50), "Bytes of copies of other archives' studies that are kept"
    )
    copies_ae: str = _setting("SIXFOLDVIEW", ae_title, "The AE title that other archives move studies to, beside our own")
    priors_ahead: int = _setting(
        "3", _number(0, 20), "Relevant priors of other archives that come when a study is opened to be read; 0 brings none"
    )
    priors_ahead_bytes: int = _setting(
        "2147483648", _number(1 << 20, 1 << 50), "Bytes of such priors for each study, at most a quarter of the copies"
    )
    oidc_issuer: str = _setting("", _text, "Issuer of an OpenID Connect provider that people may sign in by")
    oidc_client_id: str = _setting("", _text, "What the provider knows us as")
    oidc_client_secret: str = _setting("", _text, "Our secret there; empty for a public client", secret=True)
    oidc_name: str = _setting("single sign-on", _text, "What the sign-in page calls the provider")
    oidc_scopes: str = _setting("openid profile", _text, "What is asked for, `openid` among it")
    oidc_groups_claim: str = _setting("groups", _text, "The claim that holds a person's groups")
    oidc_audience: str = _setting("", _text, "`aud` of access tokens that the API takes; empty takes none")
    oidc_hosts: str = _setting("", _text, "Hosts of the provider's endpoints besides the issuer's own, with commas between")
    log_level: str = _setting("info", _choice("debug", "info", "warning", "error"), "The least level that is logged")
    log_format: str = _setting("text", _choice("text", "json"), "Log lines for people or for machines")
    audit_witness: str = _setting("", _text, "File or folder, best elsewhere, that every signed head of the audit goes to")
    audit_syslog: str = _setting("", sink, "Where audit messages go, as tls://HOST:PORT, tcp://HOST:PORT or udp://HOST:PORT")
    audit_syslog_authorities: str = _setting("", _text, "PEM authorities of the audit's receiver; empty is the machine's own")
    audit_syslog_certificate: str = _setting("", _text, "PEM client certificate and key for the audit's receiver")
    demo: bool = _setting("0", _flag, "Fill an empty archive with the demonstration hospital at first start")

    @property
    def database(self) -> str:
        """The database URL that is in force."""
        return self.database_url or f"sqlite:///{self.home / 'index.sqlite'}"

    @property
    def objects(self) -> str:
        """The object store URL that is in force."""
        return self.objects_url or f"file://{self.home / 'objects'}"


def read_settings(environment: Mapping[str, str], **overrides: str | None) -> Settings:
    """Settings from an environment, `overrides` (text, as from a command line) winning; raises `BadSetting`."""
    fields = {item.name: item for item in dataclasses.fields(Settings)}
    _refuse_unknown(environment, fields)
    values: dict[str, Any] = {}
    for name, item in fields.items():
        text = overrides.get(name) or _given(environment, name)
        if text is None:
            continue
        try:
            values[name] = item.metadata["parse"](text)
        except BadSetting as error:
            shown = "its value cannot be used" if item.metadata["secret"] else str(error)
            raise BadSetting(f"{PREFIX}{name.upper()}: {shown}") from None
    return Settings(**values)


def _given(environment: Mapping[str, str], name: str) -> str | None:
    variable = PREFIX + name.upper()
    if variable + "_FILE" in environment:
        if variable in environment:
            raise BadSetting(f"{variable} and {variable}_FILE are both set: keep one")
        try:
            return Path(environment[variable + "_FILE"]).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise BadSetting(f"{variable}_FILE cannot be read: {reason}") from None
    return environment.get(variable)


def _refuse_unknown(environment: Mapping[str, str], fields: Mapping[str, Any]) -> None:
    for variable in environment:
        if not variable.startswith(PREFIX) or variable.startswith(_FOR_TESTS):
            continue
        name = variable.removeprefix(PREFIX).removesuffix("_FILE").lower()
        if name not in fields or not variable.isupper():
            raise BadSetting(f"{variable} is not a setting of Sixfold: see docs/reference/settings.md")


def to_environment(settings: Settings) -> dict[str, str]:
    """The environment that reads back to `settings`: how the supervisor hands them to its processes."""
    result = {}
    for item in dataclasses.fields(Settings):
        value = getattr(settings, item.name)
        text = str(int(value)) if isinstance(value, bool) else repr(value) if isinstance(value, float) else str(value)
        if text:
            result[PREFIX + item.name.upper()] = text
    return result


def for_children(environment: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """The environment of a process that is to read the same settings: what was given by file is given by value."""
    kept = {name: value for name, value in environment.items() if not (name.startswith(PREFIX) and name.endswith("_FILE"))}
    return kept | to_environment(settings)
