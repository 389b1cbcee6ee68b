"""Names that never collide and never repeat."""

import os
import time
import uuid

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def new_key() -> str:
    """A fresh 26-character key whose text order is its time order (a ULID in lower case)."""
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def new_uid() -> str:
    """A fresh DICOM UID under the UUID root 2.25 (PS3.5 B.2)."""
    return f"2.25.{uuid.uuid4().int}"
