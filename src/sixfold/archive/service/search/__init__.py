"""Search as a service: queries of the standard in, answers as DICOM JSON out.

`translate` turns a query into what the index can tell by itself, and leaves the rest as conditions on stored attributes;
`catalogue` pages through what is found.
"""

from sixfold.archive.service.search.catalogue import Catalogue, Page, Scope

__all__ = ["Catalogue", "Page", "Scope"]
