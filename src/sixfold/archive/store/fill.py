"""An index of believable studies without their images, to measure and try search at any size.

The rows are those that `Index` writes; the instances' bytes are nowhere. Names, numbers and dates come from one seed.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import msgspec
import orjson
import sqlalchemy as sa

from sixfold.archive.model import PatientIdentity, PatientRecord, StudyRecord
from sixfold.archive.store import tables as t
from sixfold.archive.store.index import add_container, study_row, word_rows
from sixfold.archive.store.seams import SERIES_SEAMS, sew
from sixfold.kernel.database import Database

_BATCH = 50_000
_ROOT = "1.2.826.0.1.3680043.10.1475.6"
_FIRST_DAY, _DAYS = date(2023, 1, 2), 1200


def _words(text: str) -> list[str]:
    return text.split()


_SURNAMES = _words(
    "Smith Müller Nguyen García Kowalski Rossi Silva Jensen Novak Ivanova Öztürk Haddad Okafor Cohen Papadopoulos "
    "Larsen Murphy Tanaka Kim Li Wang Singh Khan Fernández Dubois Janssen Andersson Virtanen Horváth Popescu Brown "
    "Jones Taylor Schmidt Weber Moreau Ferrari Costa Santos Yılmaz Abebe Mensah Adeyemi Kaplan Sato Suzuki Park "
    "Chen Patel Hernández"
)
_STEMS = _words("Ad Bel Cor Dan El Fer Gar Har Is Jar Kel Lam Mar Nor Os Pel Quin Ros Sal Tor Ul Var Wes Yor Zan")
_MIDDLES = _words("a e i o u an er in or al")
_ENDINGS = _words("berg dale ford grove land man mere ness son sted stone ton vik well wick wood worth ski dottir escu")
_GIVEN = _words(
    "Anna Ben Clara David Eva Felix Grace Hugo Ines Jonas Katja Leo Maria Noah Olga Paul Rosa Sven Tara Uwe Vera "
    "Willem Yara Zoe Ali Amina Chidi Diego Elif Farid Hana Ibrahim José Kofi Lena Mei Nikos Priya Ravi Åsa John "
    "Mary James Linda"
)
_JAPANESE = (("Sato^Hanako", "佐藤^花子", "さとう^はなこ"), ("Suzuki^Ichiro", "鈴木^一郎", "すずき^いちろう"))
_HOUSES = ("Harbour General Hospital", "Hillside Family Clinic", "Riverside Heart Centre", "Northgate Imaging")
_MODALITIES = {
    # modality: (share of the studies, images in a series, what is examined)
    "CR": (24, (1, 3), ("Chest PA", "Hand left", "Knee right", "Pelvis")),
    "CT": (20, (60, 600), ("Head without contrast", "Chest with contrast", "Abdomen and pelvis")),
    "US": (18, (8, 40), ("Abdomen", "Thyroid", "Obstetric second trimester")),
    "MR": (14, (20, 200), ("Brain", "Lumbar spine", "Knee right")),
    "DX": (12, (1, 3), ("Chest", "Ankle left", "Shoulder right")),
    "MG": (4, (4, 4), ("Screening", "Diagnostic left")),
    "XA": (3, (3, 12), ("Coronary angiography", "Cerebral angiography")),
    "NM": (2, (1, 6), ("Bone scan", "Myocardial perfusion")),
    "ES": (1.5, (5, 30), ("Colonoscopy", "Gastroscopy")),
    "PT": (1, (100, 400), ("Whole body FDG",)),
    "ECG": (0.45, (1, 1), ("Resting 12 lead",)),
    "SM": (0.05, (4, 9), ("Skin biopsy",)),
}


def fill(database: Database, studies: int, seed: int = 6, traits: Mapping[int, float] | None = None) -> None:
    """Write `studies` studies with their patients, series and an instance or two each, into an empty index.

    `traits` are numbers of governance with the share of the studies that have them. Indexes are laid aside while it runs; one
    million studies take a few minutes on either database.
    """
    with database.write() as transaction:
        connection = transaction.connection
        indexes = [index for table in (t.patient, t.study, t.series, t.instance) for index in table.indexes]
        for index in indexes:
            index.drop(connection)
        container = add_container(connection, "object", "filler")
        for rows in _batches(_Maker(studies, container, random.Random(seed), traits or {0: 1.0}), studies):
            for table, some in rows.items():
                _load(database, connection, table, some)
        for index in indexes:
            index.create(connection)
        if database.dialect == "postgresql":
            for table in (t.patient, t.study, t.series, t.instance):
                # The rows brought their numbers; the table goes on from there.
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"  # noqa: S608
                )


def _batches(maker: "_Maker", studies: int) -> Iterator[dict[sa.Table, list[dict[str, Any]]]]:
    for first in range(0, studies, _BATCH):
        for number in range(first, min(first + _BATCH, studies)):
            maker.add(number)
        rows, maker.rows = maker.rows, _no_rows()
        rows[t.study_word].sort(key=lambda row: (row["word"], row["sort_key"]))
        rows[t.study_modality].sort(key=lambda row: (row["modality"], row["sort_key"]))
        yield rows


def _no_rows() -> dict[sa.Table, list[dict[str, Any]]]:
    return {table: [] for table in (t.patient, t.study, t.study_word, t.study_modality, t.series, t.instance)}


class _Maker:
    """Makes rows; numbers of rows count from 1."""

    def __init__(self, studies: int, container: int, chance: random.Random, traits: Mapping[int, float]) -> None:
        self._traits = list(traits), _rising(list(traits.values()))
        self._sorted = random.Random(container)
        self._studies = studies
        self._container = container
        self._chance = chance
        self._surnames = _SURNAMES + [a + b + c for a in _STEMS for b in _MIDDLES for c in _ENDINGS]
        self._weights = _rising([1 / (rank + 12) for rank in range(len(self._surnames))])
        self._shares = _rising([share for share, _, _ in _MODALITIES.values()])
        self._patients: list[PatientRecord] = []
        self._numbers = [0, 0]  # of series and instances so far
        self.rows = _no_rows()

    def add(self, number: int) -> None:
        """Make one study; two in five are of a new patient."""
        chance = self._chance
        if not self._patients or chance.random() < 0.4:
            self._new_patient()
        recent = min(len(self._patients), 200_000)
        place = len(self._patients) - 1 - int(recent * chance.random() ** 2)
        modality = chance.choices(list(_MODALITIES), cum_weights=self._shares)[0]
        _, _, examined = _MODALITIES[modality]
        study = self._study_record(number, modality, chance.choice(examined))
        series = self._series(number + 1, study.study_uid, modality)
        moment = f"{study.study_date}{study.study_time}"
        row = study_row(study, self._patients[place]) | {
            "id": number + 1,
            "patient_ref": place + 1,
            "traits_ref": self._sorted.choices(self._traits[0], cum_weights=self._traits[1])[0],
            "modalities": "\\" + "\\".join(sorted({one["modality"] for one in series})) + "\\",
            "series": len(series),
            "instances": sum(one["instances"] for one in series),
            "first_received": moment,
            "last_received": moment,
        }
        self.rows[t.study].append(row)
        self.rows[t.study_word] += word_rows(number + 1, row)
        present = {one["modality"] for one in series}
        entry = {"sort_key": row["sort_key"], "study_ref": number + 1}
        self.rows[t.study_modality] += [{"modality": one} | entry for one in present]

    def _new_patient(self) -> None:
        chance, number = self._chance, len(self._patients) + 1
        surname = chance.choices(self._surnames, cum_weights=self._weights)[0]
        name = f"{surname}^{chance.choice(_GIVEN)}" + (f"^{chance.choice(_GIVEN)}" if chance.random() < 0.3 else "")
        if chance.random() < 0.01:
            name = "=".join(chance.choice(_JAPANESE))
        house = number % len(_HOUSES)
        born = (date(1930, 1, 1) + timedelta(days=chance.randrange(34_000))).strftime("%Y%m%d")
        identity = PatientIdentity(f"{1_000_000 + number * 7}", _HOUSES[house].split()[0].upper())
        sex = chance.choice("FM")
        attributes = {
            "00100010": {"vr": "PN", "Value": [_groups(name)]},
            "00100020": _value("LO", identity.patient_id),
            "00100021": _value("LO", identity.issuer),
            "00100030": _value("DA", born),
            "00100040": _value("CS", sex),
        }
        record = PatientRecord(identity, name, born, sex, orjson.dumps(attributes))
        self._patients.append(record)
        self.rows[t.patient].append(
            {
                "id": number,
                "patient_key": identity.key(""),
                "patient_id": identity.patient_id,
                "issuer": identity.issuer,
                "name": name,
                "birth_date": born,
                "sex": sex,
                "attributes": record.attributes,
            }
        )

    def _study_record(self, number: int, modality: str, examined: str) -> StudyRecord:
        chance = self._chance
        behind = chance.randrange(_DAYS) if chance.random() < 0.05 else chance.randrange(3)
        day = _FIRST_DAY + timedelta(days=max(0, number * _DAYS // self._studies - behind))
        moment = f"{chance.randrange(6, 22):02}{chance.randrange(60):02}{chance.randrange(60):02}"
        referring = f"{self._surnames[chance.randrange(300)]}^{chance.choice(_GIVEN)}"
        record = StudyRecord(
            study_uid=f"{_ROOT}.{10_000_000 + number}",
            study_date=day.strftime("%Y%m%d"),
            study_time=moment,
            accession=f"A{20_000_000 + number * 3}",
            study_id=str(number % 9999 + 1),
            description=f"{modality} {examined}",
            referring=referring,
            institution=chance.choice(_HOUSES),
            attributes=b"",
        )
        attributes = {
            "00080020": _value("DA", record.study_date),
            "00080030": _value("TM", moment),
            "00080050": _value("SH", record.accession),
            "00080080": _value("LO", record.institution),
            "00080090": {"vr": "PN", "Value": [_groups(referring)]},
            "00081030": _value("LO", record.description),
            "0020000D": _value("UI", record.study_uid),
            "00200010": _value("SH", record.study_id),
        }
        return msgspec.structs.replace(record, attributes=orjson.dumps(attributes))

    def _series(self, study_ref: int, study_uid: str, modality: str) -> list[dict[str, Any]]:
        chance = self._chance
        made = [modality] * chance.choice((1, 2, 2, 3)) + (["SR"] if chance.random() < 0.1 else [])
        series = []
        for number, kind in enumerate(made, 1):
            self._numbers[0] += 1
            uid = f"{study_uid}.{number}"
            series.append(
                {
                    "id": self._numbers[0],
                    "study_ref": study_ref,
                    "series_uid": uid,
                    "modality": kind,
                    "number": number,
                    "description": f"{kind} {number}",
                    "body_part": "",
                    "instances": chance.randint(*_MODALITIES[kind][1]) if kind in _MODALITIES else 1,
                    "landed": 0,
                    "last_received": "",
                    "attributes": _series_attributes(kind, number).replace(b"@", uid.encode()),
                }
            )
        self.rows[t.series] += series
        self.rows[t.instance] += [self._instance(one) for one in series[: chance.randint(1, 2)]]
        return series

    def _instance(self, series: dict[str, Any]) -> dict[str, Any]:
        self._numbers[1] += 1
        return {
            "id": self._numbers[1],
            "series_ref": series["id"],
            "sop_uid": f"{series['series_uid']}.1",
            "sop_class": "1.2.840.10008.5.1.4.1.1.2",
            "number": 1,
            "rows": 512,
            "columns": 512,
            "bits": 16,
            "transfer_syntax": "1.2.840.10008.1.2.1",
            "digest": bytes(32),
            "container_ref": self._container,
            "offset": 512,
            "length": 1024,
            "data_offset": 300,
            "pixel_offset": 1024,
        }


def _rising(shares: Sequence[float]) -> list[float]:
    total = 0.0
    return [total := total + share for share in shares]


def _value(vr: str, value: str | int) -> dict[str, Any]:
    return {"vr": vr, "Value": [value]}


def _groups(name: str) -> dict[str, str]:
    return dict(zip(("Alphabetic", "Ideographic", "Phonetic"), name.split("="), strict=False))


@cache
def _series_attributes(modality: str, number: int) -> bytes:
    """The attributes of a series, with `@` for its UID."""
    members = {
        "00080060": _value("CS", modality),
        "0008103E": _value("LO", f"{modality} {number}"),
        "0020000E": _value("UI", "@"),
        "00200011": _value("IS", number),
    }
    return sew([orjson.dumps(members)], SERIES_SEAMS)


def _load(database: Database, connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Write rows by the fastest way of the database's own driver; all have the keys of the first."""
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    values = [tuple(row[name] for name in names) for row in rows]
    cursor: Any = connection.connection.cursor()
    if database.dialect == "postgresql":
        with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(names))
        cursor.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", values)  # noqa: S608 names are ours
    cursor.close()
