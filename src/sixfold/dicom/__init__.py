"""The DICOM standard as data and pure functions: what the bytes of a data set mean, and nothing about where they are.

It is: the data dictionary and UIDs of PS3.6 (`dictionary`, `tags`, `uids`), the File Format of PS3.10 (`part10`), the
encodings of PS3.5 (`scan` for the hot path, `elements`, `charset`, `encode`), the JSON and XML models of PS3.18 and
PS3.19 (`json`, `xml`), the matching of PS3.4 and PS3.18 (`matching`, `query`), and pixels (`frames`, `codecs`,
`image`, `render`).

It is not: storage, network or policy. Nothing here opens a file or a socket, keeps state, or knows a hospital; every
function takes bytes or values and returns values, or raises an error of `sixfold.kernel.errors`. pydicom is not
imported: these modules are loaded by every process that receives images.
"""
