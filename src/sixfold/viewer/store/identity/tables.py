"""The tables of identity. Demographics, comparisons and policies stand in them as JSON of the model."""

import sqlalchemy as sa

from sixfold.kernel.database import metadata

Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
DUE = -1
"""`matched` of a record that is new or changed."""

records = sa.Table(
    "identity_record",
    metadata,
    sa.Column("id", Key, sa.Identity(), primary_key=True),
    sa.Column("patient_key", sa.Text, nullable=False, unique=True),
    sa.Column("patient_id", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("own", sa.Text, nullable=False),  # the key of the person that it is alone
    sa.Column("person", sa.Text, nullable=False),  # the key of the person that it is by the links that stand
    sa.Column("told", sa.LargeBinary, nullable=False),
    sa.Column("variants", sa.LargeBinary, nullable=False),
    sa.Column("family", sa.Text, nullable=False),  # as counted in `identity_name`
    sa.Column("given", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("matched", sa.Integer, nullable=False),  # the version of the policy that it was matched under
    sa.Index("identity_record_due", "matched", "id"),
    sa.Index("identity_record_of_person", "person"),
    sqlite_autoincrement=True,
)

blocks = sa.Table(
    "identity_block",
    metadata,
    sa.Column("block", sa.Text, primary_key=True),
    sa.Column("record_ref", sa.ForeignKey("identity_record.id"), primary_key=True),
    sa.Index("identity_block_of_record", "record_ref"),
    sqlite_with_rowid=False,
)

names = sa.Table(
    "identity_name",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),  # 'family', 'given'; 'all' with an empty word counts records
    sa.Column("word", sa.Text, primary_key=True),
    sa.Column("records", sa.Integer, nullable=False),
)

sightings = sa.Table(
    "identity_sighting",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("study_uid", sa.Text, primary_key=True),
    sa.Column("record_ref", sa.ForeignKey("identity_record.id"), nullable=False),
    sa.Column("row", sa.LargeBinary, nullable=False),  # DICOM JSON of what policies judge a study by
    sa.Index("identity_sighting_of_record", "record_ref"),
    sa.Index("identity_sighting_of_study", "study_uid"),
)

pairs = sa.Table(
    "identity_pair",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("low", sa.ForeignKey("identity_record.id"), nullable=False),
    sa.Column("high", sa.ForeignKey("identity_record.id"), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("comparison", sa.LargeBinary, nullable=False),
    sa.Column("policy", sa.Integer, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Index("identity_pair_queue", "state", "score", "key"),
    sa.Index("identity_pair_newest", "state", "at", "key"),
    sa.Index("identity_pair_low", "low"),
    sa.Index("identity_pair_high", "high"),
)

changes = sa.Table(
    "identity_change",
    metadata,
    sa.Column("pair", sa.ForeignKey("identity_pair.key"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("policy", sa.Integer, nullable=False),
)

policies = sa.Table(
    "identity_policy",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("policy", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
