"""What happened in the demonstration hospital over three years: visits and the acquisitions made in them."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from pydicom.dataset import Dataset

from sixfold.app.demo import people
from sixfold.app.demo.acquisitions import cardiology, documents, radiology, specialties
from sixfold.app.demo.encoding import EXPLICIT_LE, HTJ2K, JPEG_2000
from sixfold.app.demo.study import Study, Visit

Acquisition = Callable[[Study], Iterator[Dataset]]

RADIOLOGY, CARDIOLOGY, DERMATOLOGY = "Radiology", "Cardiology", "Dermatology"
ENDOSCOPY, OPHTHALMOLOGY, WOMEN = "Gastroenterology", "Ophthalmology", "Breast Centre"
ADLER, MORI, KOWALSKI, ROY = "Adler^Ruth^^Dr.", "Mori^Ken^^Dr.", "Kowalski^Ewa^^Dr.", "Roy^Anil^^Dr."
FAIR, BROWN = (222.0, 176.0, 150.0), (150.0, 104.0, 80.0)


def nodule_follow_up(study: Study) -> Iterator[Dataset]:
    """The newest chest CT with its segmentation, key images and report."""
    images = []
    for data in radiology.chest_ct(study, 8.0):
        images.append(data)
        yield data
    height = radiology.NODULE_CENTRE[2]
    key = min(images, key=lambda image: abs(-float(image.SliceLocation) - height))
    yield from documents.nodule_segmentation(study, images, 8.0)
    yield from documents.key_images(study, [key], "Largest extent of the nodule.")
    yield from documents.report(
        study,
        "Solid nodule in the right upper lobe, 16 mm, was 9 mm eight months ago and 6 mm two years ago. No effusion.",
        "Growing solid nodule. Tissue sampling is advised. (Demonstration text.)",
    )


def liver_with_letter(study: Study) -> Iterator[Dataset]:
    """An abdominal CT and the letter to the family doctor."""
    yield from radiology.abdomen_ct(study, HTJ2K)
    lines = ("Dear colleague,", "", "the liver, spleen and both kidneys are of normal size and enhance evenly.")
    yield from documents.letter(study, "Abdominal CT", lines)


# One row a visit: patient, days ago, description, department, referring physician, acquisition.
SCHEDULE: tuple[tuple[people.Patient, int, str, str, str, Acquisition], ...] = (
    (people.BERGSTROM, 1092, "Chest radiograph", RADIOLOGY, ADLER, radiology.chest_radiograph),
    (people.BERGSTROM, 736, "CT chest with contrast", RADIOLOGY, ADLER,
     partial(radiology.chest_ct, nodule_radius=3.2, pixels=256, syntax=EXPLICIT_LE)),
    (people.BERGSTROM, 243, "CT chest with contrast", RADIOLOGY, ADLER,
     partial(radiology.chest_ct, nodule_radius=4.6, syntax=HTJ2K)),
    (people.BERGSTROM, 1, "CT chest with contrast", RADIOLOGY, ADLER, nodule_follow_up),
    (people.NGUYEN, 12, "Ultrasound abdomen", RADIOLOGY, ROY, partial(radiology.abdominal_ultrasound, stone=True)),
    (people.SATO, 412, "MR brain", RADIOLOGY, MORI, partial(radiology.brain_mr, lesions=3, syntax=JPEG_2000)),
    (people.SATO, 3, "MR brain", RADIOLOGY, MORI, partial(radiology.brain_mr, lesions=7)),
    (people.KIM, 741, "Screening mammography", WOMEN, ADLER, partial(radiology.screening_mammogram, mass=0.0)),
    (people.KIM, 8, "Screening mammography", WOMEN, ADLER, partial(radiology.screening_mammogram, mass=6.5)),
    (people.LI, 20, "CT abdomen, portal venous", RADIOLOGY, KOWALSKI, liver_with_letter),
    (people.MULLER, 380, "Resting ECG", CARDIOLOGY, MORI, partial(cardiology.resting_ecg, rate=68.0)),
    (people.MULLER, 2, "Resting ECG", CARDIOLOGY, MORI, partial(cardiology.resting_ecg, rate=84.0)),
    (people.MULLER, 2, "Transthoracic echocardiography", CARDIOLOGY, MORI, cardiology.echocardiogram),
    (people.MULLER, 1, "Coronary angiography", CARDIOLOGY, MORI, cardiology.coronary_angiogram),
    (people.OKAFOR, 30, "Chest radiograph", RADIOLOGY, ROY, radiology.chest_radiograph),
    (people.IVANOVA, 365, "Mole check", DERMATOLOGY, KOWALSKI,
     partial(specialties.dermatology, tone=FAIR, radius=2.6)),
    (people.IVANOVA, 5, "Mole check", DERMATOLOGY, KOWALSKI,
     partial(specialties.dermatology, tone=FAIR, radius=3.7)),
    (people.PAPADOPOULOS, 1080, "Colonoscopy", ENDOSCOPY, ROY,
     partial(specialties.colonoscopy, polyps=(False, True, False))),
    (people.PAPADOPOULOS, 15, "Colonoscopy", ENDOSCOPY, ROY,
     partial(specialties.colonoscopy, polyps=(False, False))),
    (people.DA_SILVA, 40, "Diabetic eye check", OPHTHALMOLOGY, ADLER, specialties.eye_photographs),
    (people.OBRIEN, 4, "Birthmark check", DERMATOLOGY, ROY, partial(specialties.dermatology, tone=FAIR, radius=5.2)),
    (people.HADDAD, 90, "Ultrasound abdomen", RADIOLOGY, KOWALSKI,
     partial(radiology.abdominal_ultrasound, stone=False)),
    (people.HADDAD, 6, "Birthmark check", DERMATOLOGY, KOWALSKI,
     partial(specialties.dermatology, tone=BROWN, radius=4.0)),
)  # fmt: skip


def studies(seed: int, today: date) -> Iterator[tuple[Study, Acquisition]]:
    """Every study of the schedule, newest first, with what is to be acquired in it."""
    rows = sorted(enumerate(SCHEDULE, 1), key=lambda row: row[1][1])
    for number, (patient, days_ago, description, department, referring, acquire) in rows:
        visit = Visit(patient, days_ago, description, department, referring, 8 + number % 9)
        yield Study(visit, number, seed, today), acquire
