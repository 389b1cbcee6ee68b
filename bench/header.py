"""Reading the head of one CT, 156 elements: scan of the index tags, DICOM JSON, structure; pydicom beside us in the same run.

python -m bench.header
"""

import io
import time
from collections.abc import Callable
from typing import Any

from pydicom.filereader import read_dataset
from tests.unit.dicom.samples import ct_header, ct_rows, element

from sixfold.dicom.json import instance_json
from sixfold.dicom.scan import check_structure, scan
from sixfold.dicom.uids import EXPLICIT_LE

ROUNDS, REPEATS = 15, 40
EVERY_SO_MANY = 5  # two of five elements are wanted: about as many as an index holds
PIXELS = 1 << 19  # bytes of a frame of 512 x 512


def main() -> None:
    """Print the best time of each function in microseconds, rounds of all functions taking turns."""
    data = ct_header() + element(0x7FE00010, "OW", bytes(PIXELS))
    prefix = data[:16384]
    wanted = frozenset(tag for index, (tag, _, _) in enumerate(ct_rows()) if index % EVERY_SO_MANY < 2)

    def theirs() -> Any:
        return read_dataset(io.BytesIO(prefix), False, True, stop_when=lambda tag, _vr, _length: tag == 0x7FE00010)

    functions: dict[str, Callable[[], object]] = {
        "scan": lambda: scan(prefix, EXPLICIT_LE, wanted),
        "pydicom, the same tags": lambda: list(map(theirs().get, wanted)),
        "DICOM JSON": lambda: instance_json(data, EXPLICIT_LE, bulk_uri="/bulkdata"),
        "pydicom, DICOM JSON": lambda: theirs().to_json(),
        "check of structure": lambda: check_structure(data, EXPLICIT_LE),
    }
    best = dict.fromkeys(functions, float("inf"))
    for _ in range(ROUNDS):
        for name, function in functions.items():
            best[name] = min(best[name], _seconds(function))
    for name, seconds in best.items():
        print(f"{name:24} {seconds * 1e6:8.1f} µs")


def _seconds(function: Callable[[], object]) -> float:
    begin = time.process_time()
    for _ in range(REPEATS):
        function()
    return (time.process_time() - begin) / REPEATS


if __name__ == "__main__":
    main()
