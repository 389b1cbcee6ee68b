"""The packs of sealed series: where in its container a pack keeps metadata and table of contents, and their bytes."""

import msgspec
import sqlalchemy as sa

from sixfold.archive.store import pack
from sixfold.archive.store import tables as t
from sixfold.archive.store.vault import Vault
from sixfold.kernel.database import Database
from sixfold.kernel.errors import NotFound


class PackPlace(msgspec.Struct, frozen=True):
    """Byte ranges of a pack in its container."""

    container: int
    metadata_offset: int
    metadata_length: int
    contents_offset: int
    contents_length: int


def pack_place(database: Database, ref: int) -> PackPlace:
    """Where a pack is; raises `NotFound`."""
    columns = t.pack.c
    query = sa.select(
        columns.container_ref,
        columns.metadata_offset,
        columns.metadata_length,
        columns.contents_offset,
        columns.contents_length,
    ).where(columns.id == ref)
    with database.read() as connection:
        row = connection.execute(query).first()
    if row is None:
        raise NotFound(f"there is no pack {ref}")
    return PackPlace(*row)


def read_metadata(vault: Vault, place: PackPlace) -> bytes:
    """The pack's `metadata.json.gz` as it stands."""
    return vault.read(place.container, place.metadata_offset, place.metadata_length)


def read_contents(vault: Vault, place: PackPlace) -> pack.Contents:
    """The pack's table of contents."""
    return pack.decode_contents(vault.read(place.container, place.contents_offset, place.contents_length))
