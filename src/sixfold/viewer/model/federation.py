"""Remote archives, questions to archives, and what they answer.

SixfoldError
├── InvalidInput
│   └── BadSource           an archive cannot be asked as it is described
├── NotFound
│   └── NoSuchSource        there is no archive of that key, or none that may be asked
└── Unavailable
    └── SourceFailed        an archive gave no answer; `failure` names why
"""

from enum import StrEnum
from typing import Any, Literal

import msgspec

from sixfold.kernel.errors import InvalidInput, NotFound, Unavailable
from sixfold.kernel.kinds import EventKind
from sixfold.viewer.model import PART

Json = dict[str, Any]
"""A DICOM JSON object (PS3.18 F.2)."""

OWN = "own"
"""The key under which our own archive stands beside the remote ones."""


class BadSource(InvalidInput):
    """A remote archive is described in a way that cannot work, or that would be unsafe."""


class NoSuchSource(NotFound):
    """There is no remote archive of that key."""


class Failure(StrEnum):
    """Why an archive gave no answer."""

    TIMED_OUT = "timed out"
    REFUSED = "refused"
    """It cannot be reached, does not let us in, or does not take the question."""
    CUT = "cut off"
    """Its answer broke off, or was longer than is read."""
    UNREADABLE = "unreadable"
    """What it answered is not what the standard says."""
    SKIPPED = "skipped"
    """It failed again and again a moment ago, so that it was not asked."""


class SourceFailed(Unavailable):
    """An archive gave no answer; `alive` says that it did answer and only this question was in vain."""

    def __init__(self, failure: Failure, message: str, *, alive: bool = False) -> None:
        super().__init__(message)
        self.failure = failure
        self.alive = alive


class Dicomweb(msgspec.Struct, frozen=True, tag_field="kind", tag="dicomweb", forbid_unknown_fields=True):
    """An archive that is asked by QIDO-RS (PS3.18 10.6) below `url`; `authorities` are PEM, empty for the machine's own."""

    url: str
    authorities: str = ""


class Dimse(msgspec.Struct, frozen=True, tag_field="kind", tag="dimse", forbid_unknown_fields=True):
    """An archive that is asked by C-FIND (PS3.4 C.4.1).

    `calling_ae` is our title there, empty for the house's own; `retrieve` is how its instances are to be had; `authorities`
    are PEM, which count besides those of the house when `tls` is spoken.
    """

    ae_title: str
    host: str
    port: int
    tls: bool = False
    calling_ae: str = ""
    retrieve: Literal["get", "move"] = "get"
    authorities: str = ""


Reach = Dicomweb | Dimse
"""How an archive is reached."""


class Bearer(msgspec.Struct, frozen=True, tag_field="kind", tag="bearer", forbid_unknown_fields=True):
    """A token (RFC 6750)."""

    token: str

    def __repr__(self) -> str:
        return "Bearer(***)"


class Basic(msgspec.Struct, frozen=True, tag_field="kind", tag="basic", forbid_unknown_fields=True):
    """A name and a password (RFC 7617)."""

    user: str
    password: str

    def __repr__(self) -> str:
        return "Basic(***)"


class Anonymous(msgspec.Struct, frozen=True, tag_field="kind", tag="none", forbid_unknown_fields=True):
    """Nothing to prove."""


Credential = Bearer | Basic | Anonymous
"""How we prove who we are."""


class Source(msgspec.Struct, frozen=True):
    """A remote archive.

    `facility` is a trait of all its studies, empty for what the sorting rules say. `issuer` is who issued a Patient ID where
    the archive does not tell. `timeout` is in seconds; `at_once` is how many questions it gets at the same time. `credential`
    is the kind of the kept secret; `revision` is another after each change.
    """

    key: str
    title: str
    reach: Reach
    issuer: str
    enabled: bool = True
    facility: str = ""
    timeout: float = 10.0
    at_once: int = 4
    credential: Literal["none", "bearer", "basic"] = "none"
    revision: str = ""


Key = tuple[str, str]
"""A matching key: the tags of an attribute, eight hexadecimal digits each, joined by dots; and the text of its value."""


class Filters(msgspec.Struct, frozen=True):
    """What narrows the list of studies, as the list of our own archive takes it."""

    q: str = ""
    modalities: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    institution: str = ""
    patient: str = ""


class Exact(msgspec.Struct, frozen=True):
    """What one study is looked for by, as it stands: its Study Instance UID, its accession number."""

    study: str = ""
    accession: str = ""


class Question(msgspec.Struct, frozen=True):
    """What every archive is asked: at which level (STUDY, SERIES, IMAGE), and what an answer must be.

    `keys` are the caller's, in the words of QIDO-RS; `words` begin words of the name, the Patient ID or the accession number;
    `patient` is a patient's key. Series are asked for within `study_uid`, instances within `series_uid` too.
    """

    level: str = "STUDY"
    keys: tuple[Key, ...] = ()
    study_uid: str = ""
    series_uid: str = ""
    include: tuple[str, ...] = ()
    include_all: bool = False
    fuzzy: bool = False
    empty_value: bool = False
    multi_value: bool = False
    words: tuple[str, ...] = ()
    patient: str = ""
    filters: Filters | None = None
    """The list's filters that the question was made of."""


class Found(msgspec.Struct, frozen=True):
    """What an archive found: rows that match, each UID once.

    `more` says that there are further ones; `dropped` counts rows that could not be read or do not match; `untold` names
    attributes that were asked for and that dropped rows did not tell. `size` is in bytes as they came.
    """

    rows: tuple[Json, ...] = ()
    more: bool = False
    dropped: int = 0
    untold: tuple[str, ...] = ()
    size: int = 0


class Answer(msgspec.Struct, frozen=True):
    """The answer of one archive, or why there is none, and after how many seconds; `kept` says that it was asked before."""

    source: str
    seconds: float
    found: Found | None = None
    failure: Failure | None = None
    kept: bool = False


class Location(msgspec.Struct, frozen=True):
    """Where a study, series or instance is: the archive's key, and what that archive tells of its copy."""

    source: str
    retrieve_aes: tuple[str, ...] = ()
    retrieve_url: str = ""
    availability: str = ""
    series: int | None = None
    instances: int | None = None


class Told(msgspec.Struct, frozen=True):
    """A value, and the archives that tell it."""

    value: str
    sources: tuple[str, ...]


class Conflict(msgspec.Struct, frozen=True):
    """Archives contradict each other about whose study it is: an attribute by its keyword, with every value that is told."""

    attribute: str
    told: tuple[Told, ...]


class Copy(msgspec.Struct, frozen=True):
    """What one archive tells of a study, series or instance; `token` is the row as text, so that equal rows are equal."""

    source: str
    row: Json
    token: bytes


class Joined(msgspec.Struct, frozen=True):
    """A study, series or instance over all archives: what its leading copy tells, and where it is."""

    uid: str
    row: Json
    lead: str
    locations: tuple[Location, ...]
    conflicts: tuple[Conflict, ...] = ()


class Standing(msgspec.Struct, frozen=True):
    """How an archive stands with us: `state` is that of its circuit, `failure` of the last question, times in seconds."""

    key: str
    title: str
    kind: str
    enabled: bool
    state: str
    failures: int = 0
    failure: Failure | None = None
    seconds: float | None = None
    waiting: int = 0


class Probe(msgspec.Struct, frozen=True):
    """What came of a test of the connection: why it failed, if it did, and after how many seconds."""

    ok: bool
    seconds: float
    failure: Failure | None = None
    detail: str = ""


_SUBJECT = "the archive's key"
SOURCE_PUT = EventKind(
    PART,
    "source.put",
    "a remote archive was made known or changed",
    _SUBJECT,
    {
        "title": "what people read",
        "kind": "`dicomweb` or `dimse`",
        "address": "its base URL, or its AE title, host and port",
        "enabled": "whether it is asked",
        "facility": "the facility of its studies",
        "issuer": "who issued its Patient IDs where it does not tell",
        "credential": "how we prove who we are: `none`, `bearer` or `basic`",
    },
)
SOURCE_REMOVED = EventKind(PART, "source.removed", "a remote archive was forgotten", _SUBJECT)
