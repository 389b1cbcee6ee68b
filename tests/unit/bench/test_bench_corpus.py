"""The bench's images are what the figures say they are."""

from io import BytesIO

import numpy as np
import pytest
from bench import corpus
from pydicom import dcmread


@pytest.fixture(scope="module")
def scanner() -> corpus.Scanner:
    return corpus.Scanner("CT", 64)


def test_a_header_has_exactly_156_elements_and_every_identity_field_is_replaced(scanner: corpus.Scanner) -> None:
    who = corpus.study(7)
    data = dcmread(BytesIO(scanner.instance(who, 2, 3).part10()))
    assert len(data) - 1 == corpus.HEADER_ELEMENTS
    assert (str(data.PatientName), data.PatientID, data.StudyDate) == (who.name, who.patient, who.date)
    assert (data.AccessionNumber, data.InstanceNumber) == (who.accession, 3)
    assert data.SOPInstanceUID == corpus.uid(3, 7, 2, 3)
    assert b"TEMPLATE" not in scanner.header(who, 2, 3)


def test_pixels_differ_between_instances_and_stay_in_twelve_bits(scanner: corpus.Scanner) -> None:
    images = [dcmread(BytesIO(i.part10())).pixel_array for i in corpus.series_of(scanner, 1, 3)]
    assert not np.array_equal(images[0], images[1])
    assert max(image.max() for image in images) < 4096


@pytest.mark.parametrize("syntax", [corpus.JPEG_LS, corpus.JPEG_2000, corpus.HTJ2K])
def test_compressed_instances_decode_to_the_native_pixels(scanner: corpus.Scanner, syntax: str) -> None:
    native = dcmread(BytesIO(scanner.instance(corpus.study(1), 1, 1).part10())).pixel_array
    packed = dcmread(BytesIO(scanner.instance(corpus.study(1), 1, 1, syntax).part10())).pixel_array
    assert np.array_equal(native, packed)


def test_a_multiframe_holds_all_its_frames() -> None:
    data = dcmread(BytesIO(corpus.Scanner("XA", 64, 5).instance(corpus.study(1), 1, 1).part10()))
    assert data.pixel_array.shape == (5, 64, 64)


def test_uids_are_unique_valid_and_of_one_length() -> None:
    made = {corpus.uid(kind, 1, series, number) for kind in (1, 2, 3) for series in (1, 11) for number in (1, 10, 11)}
    assert len(made) == 18
    assert {len(uid) for uid in made} == {35}


def test_search_corpora_spread_patients_names_and_dates() -> None:
    studies = [corpus.study(number) for number in range(1, 3001)]
    assert len({s.patient for s in studies}) == 1501
    assert len({s.name.split("^")[0] for s in studies}) == 30
    assert len({s.date[:6] for s in studies}) == 60
    assert len({i.study for i in corpus.search_instances(50)}) == 50
