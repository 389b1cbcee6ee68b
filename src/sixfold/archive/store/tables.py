"""The archive's tables. Text dates are DICOM's own (YYYYMMDD); `sort_key` orders studies newest first."""

import sqlalchemy as sa

from sixfold.kernel.database import metadata

Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", Key, sa.Identity(), primary_key=True)


Bytewise = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that both databases compare and sort by its UTF-8 bytes, whatever the locale of the server."""


def _text(name: str, *, default: str | None = "") -> sa.Column[str]:
    return sa.Column(name, Bytewise, nullable=False, server_default=default)


def _partial(name: str, column: str) -> sa.Index:
    """An index of the studies in which the column says something."""
    filled = sa.text(f"{column} <> ''")
    return sa.Index(name, column, "sort_key", "id", sqlite_where=filled, postgresql_where=filled)


container = sa.Table(
    "container",
    metadata,
    _id(),
    _text("kind", default=None),  # 'segment' in the landing folder, or 'object' in the object store
    _text("key", default=None),
    _text("created_at", default=None),
    sa.UniqueConstraint("kind", "key"),
    sqlite_autoincrement=True,  # a number is never given twice: readers remember what it stands for
)

pack = sa.Table(
    "pack",
    metadata,
    _id(),
    sa.Column("container_ref", sa.ForeignKey("container.id"), nullable=False),
    sa.Column("metadata_offset", sa.BigInteger, nullable=False),  # of metadata.json.gz in the sealed tar
    sa.Column("metadata_length", sa.BigInteger, nullable=False),
    sa.Column("contents_offset", sa.BigInteger, nullable=False),  # of contents.msgpack: where each JSON and frame is
    sa.Column("contents_length", sa.BigInteger, nullable=False),
)

patient = sa.Table(
    "patient",
    metadata,
    _id(),
    _text("patient_key", default=None),
    _text("patient_id"),
    _text("issuer"),
    _text("name"),
    _text("birth_date"),
    _text("sex"),
    sa.Column("attributes", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("patient_key"),
    sa.Index("patient_by_id", "patient_id"),
)

study = sa.Table(
    "study",
    metadata,
    _id(),
    _text("study_uid", default=None),
    sa.Column("patient_ref", sa.ForeignKey("patient.id"), nullable=False),
    # Ahead of the long columns, since every search reads them and SQLite reads a row from its start.
    sa.Column("series", sa.Integer, nullable=False, server_default="0"),
    sa.Column("instances", sa.Integer, nullable=False, server_default="0"),
    sa.Column("traits_ref", sa.Integer, nullable=False, server_default="0"),  # governance's number of what policies know of it
    _text("sort_key", default=None),  # see `standing`: empty while nothing of the study is visible
    _text("study_date"),
    _text("study_time"),
    _text("accession"),
    _text("study_id"),
    _text("description"),
    _text("referring"),
    _text("institution"),
    _text("patient_id"),
    _text("issuer"),
    _text("patient_name"),
    _text("name_key"),
    _text("name_ideographic"),
    _text("name_phonetic"),
    _text("referring_key"),
    _text("words"),  # the words of study_word, each with a space before it
    _text("birth_date"),
    _text("sex"),
    _text("modalities"),  # distinct modalities of its visible series, joined and framed by backslashes
    _text("first_received"),
    _text("last_received"),
    sa.Column("attributes", sa.LargeBinary, nullable=False),  # DICOM JSON of study and patient level
    sa.Column("facts", sa.LargeBinary, nullable=False, server_default=sa.text("'{}'")),  # JSON of what governance sorts it by
    sa.UniqueConstraint("study_uid"),
    # Each index ends in the order of an answer, so that a search reads its first page without the rows themselves.
    sa.Index("study_newest", "sort_key", "id", "traits_ref", "modalities", "name_key", "words", "description"),
    sa.Index("study_by_traits", "traits_ref", "sort_key", "id", "modalities", "name_key", "words", "description"),
    sa.Index("study_by_patient", "patient_ref", "sort_key", "id"),
    sa.Index("study_by_patient_id", "patient_id", "sort_key", "id"),
    sa.Index("study_by_accession", "accession", "sort_key", "id"),
    sa.Index("study_by_study_id", "study_id", "sort_key", "id"),
    sa.Index("study_by_name", "name_key", "sort_key", "id", "traits_ref"),
    sa.Index("study_by_birth_date", "birth_date", "sort_key", "id"),
    sa.Index("study_by_institution", "institution", "sort_key", "id", "traits_ref"),
    sa.Index("study_by_referring", "referring_key", "sort_key", "id"),
    _partial("study_by_ideographic", "name_ideographic"),
    _partial("study_by_phonetic", "name_phonetic"),
)

study_word = sa.Table(
    "study_word",
    metadata,
    sa.Column("word", Bytewise, primary_key=True),
    sa.Column("sort_key", Bytewise, primary_key=True),
    sa.Column("study_ref", sa.ForeignKey("study.id"), primary_key=True),
    sqlite_with_rowid=False,
)

study_modality = sa.Table(
    "study_modality",
    metadata,
    sa.Column("modality", Bytewise, primary_key=True),
    sa.Column("sort_key", Bytewise, primary_key=True),
    sa.Column("study_ref", sa.ForeignKey("study.id"), primary_key=True),
    sqlite_with_rowid=False,
)

series = sa.Table(
    "series",
    metadata,
    _id(),
    sa.Column("study_ref", sa.ForeignKey("study.id"), nullable=False),
    _text("series_uid", default=None),
    _text("modality"),
    sa.Column("number", sa.Integer),
    _text("description"),
    _text("body_part"),
    sa.Column("instances", sa.Integer, nullable=False, server_default="0"),
    sa.Column("landed", sa.Integer, nullable=False, server_default="0"),  # instances that still stand in the landing
    _text("last_received"),
    sa.Column("attributes", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("study_ref", "series_uid"),
    sa.Index("series_by_uid", "series_uid"),
    sa.Index("series_to_seal", "last_received", sqlite_where=sa.text("landed > 0"), postgresql_where=sa.text("landed > 0")),
)

instance = sa.Table(
    "instance",
    metadata,
    _id(),
    sa.Column("series_ref", sa.ForeignKey("series.id"), nullable=False),
    _text("sop_uid", default=None),
    _text("sop_class"),
    sa.Column("number", sa.Integer),
    sa.Column("rows", sa.Integer),
    sa.Column("columns", sa.Integer),
    sa.Column("bits", sa.Integer),
    sa.Column("frames", sa.Integer),
    _text("transfer_syntax"),
    sa.Column("digest", sa.LargeBinary, nullable=False),  # SHA-256 of the data set as received
    sa.Column("container_ref", sa.ForeignKey("container.id"), nullable=False),
    sa.Column("offset", sa.BigInteger, nullable=False),
    sa.Column("length", sa.BigInteger, nullable=False),
    sa.Column("data_offset", sa.Integer, nullable=False),
    sa.Column("pixel_offset", sa.BigInteger, nullable=False),
    sa.Column("pack_ref", sa.ForeignKey("pack.id")),  # set when sealed
    sa.Column("rejected", sa.Integer, nullable=False, server_default="0"),
    _text("received_at"),
    _text("provenance"),  # edge|actor|source
    sa.UniqueConstraint("sop_uid"),
    sa.Index("instance_by_series", "series_ref", "number"),
    sa.Index("instance_by_container", "container_ref", "offset"),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    _id(),
    _text("sop_uid", default=None),
    _text("study_uid"),
    _text("series_uid"),
    _text("patient_key"),
    _text("reason", default=None),
    _text("transfer_syntax"),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("container_ref", sa.ForeignKey("container.id"), nullable=False),
    sa.Column("offset", sa.BigInteger, nullable=False),
    sa.Column("length", sa.BigInteger, nullable=False),
    sa.Column("data_offset", sa.Integer, nullable=False),
    sa.Column("pixel_offset", sa.BigInteger, nullable=False),
    _text("received_at"),
    _text("provenance"),
    sa.UniqueConstraint("sop_uid", "digest"),
    sa.Index("quarantine_by_container", "container_ref", "offset"),
)

commitment = sa.Table(
    "commitment",
    metadata,
    _text("key", default=None),
    _text("transaction_uid", default=None),
    _text("ae_title", default=None),  # who asked, and is told
    _text("our_ae", default=None),  # whom it asked, and who tells
    sa.Column("asked", sa.Integer, nullable=False),
    sa.Column("failed", sa.Integer),  # how many of them are not committed; set when verified
    sa.Column("content", sa.LargeBinary, nullable=False),  # see `commitments`: the request, and when verified its result
    _text("accepted_at", default=None),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),  # 0 while it is the accepting process's own
    _text("next_at", default=None),  # nobody else takes it before
    _text("error"),
    sa.PrimaryKeyConstraint("key"),
    sa.Index("commitment_due", "next_at", "key"),
    sa.Index("commitment_by_ae", "ae_title"),
)
