"""Reading the spine: the feed."""

from collections.abc import Sequence

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from sixfold.kernel.database import events
from sixfold.kernel.events import Event


def read_feed(
    connection: Connection, after: int, limit: int, *, parts: Sequence[str], hidden: Sequence[str]
) -> tuple[list[Event], int]:
    """Events above a sequence number, of `parts` if any are given and never of `hidden`; and the newest number of all."""
    head = int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(events.c.seq), 0))).scalar_one())
    query = sa.select(events).where(events.c.seq > after, events.c.seq <= head).order_by(events.c.seq).limit(limit)
    if parts:
        query = query.where(events.c.part.in_(parts))
    if hidden:
        query = query.where(events.c.part.not_in(hidden))
    rows = connection.execute(query).mappings()
    return [Event(**{**row, "payload": orjson.loads(row["payload"])}) for row in rows], head
