"""Search over the index: filters on its columns, pages in one total order, answers that are joined from stored JSON.

`filters` turns tests of attributes into SQL that both databases read alike, `studies` finds pages of studies in a time that
does not depend on how many there are, `levels` goes down to series and instances, `answers` writes the DICOM JSON.
"""
