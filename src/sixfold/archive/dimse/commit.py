"""Storage Commitment: a promise is given for bytes that were read and compared, not for rows (PS3.4 J)."""

import hashlib

from sixfold.archive.model import Located
from sixfold.archive.service.reader import Reader
from sixfold.dimse.services import CommitFailure, CommitResult, Reference
from sixfold.dimse.status import CLASS_INSTANCE_CONFLICT, NO_SUCH_INSTANCE, PROCESSING_FAILURE
from sixfold.kernel.errors import Damaged, NotFound, Unavailable


def verify(reader: Reader, transaction_uid: str, references: list[Reference]) -> CommitResult:
    """Read every referenced instance back and hold it against its digest; failure reasons of PS3.3 C.14.1.1."""
    here = {instance.sop_uid: instance for instance in reader.locate_all([uid for _, uid in references])}
    committed, failed = [], []
    for sop_class, sop_uid in references:
        reason = _fault(reader, here.get(sop_uid), sop_class)
        if reason is None:
            committed.append((sop_class, sop_uid))
        else:
            failed.append(CommitFailure(sop_class, sop_uid, reason))
    return CommitResult(transaction_uid, tuple(committed), tuple(failed))


def _fault(reader: Reader, instance: Located | None, sop_class: str) -> int | None:
    if instance is None:
        return NO_SUCH_INSTANCE
    if instance.sop_class != sop_class:
        return CLASS_INSTANCE_CONFLICT
    digest = hashlib.sha256()
    try:
        for piece in reader.data_set(instance):
            digest.update(piece)
    except NotFound:
        return NO_SUCH_INSTANCE
    except (Damaged, Unavailable):
        return PROCESSING_FAILURE
    return None if digest.digest() == instance.digest else PROCESSING_FAILURE
