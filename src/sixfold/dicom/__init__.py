"""The DICOM standard as data and pure functions: what the bytes of a data set mean, and nothing about where they are.

It is, by chapter of the standard:

- PS3.6: `dictionary`, `tags`, `uids`, and the generated `_dictionary_data` and `_uid_data`;
- PS3.10: `part10`, the head of a file;
- PS3.5: `structure` (headers and lengths), `scan` (index tags, the hot path), `elements` (every element), `charset` and
  `iso2022` (text), `values` (one element's values), `encode` (writing and converting);
- PS3.18 and PS3.19: `json`, `bulk`, `xml`;
- PS3.4 C.2.2.2 and PS3.18 8.3.4: `matching`, `moments`, `query`;
- pixels: `frames`, `codecs`, `image`, `render`.

It is not: storage, network or policy. Nothing here opens a file or a socket, keeps state, or knows a hospital; every
function takes bytes or values and returns values, or raises an error of `sixfold.kernel.errors`. pydicom is not
imported: these modules are loaded by every process that receives images.
"""
