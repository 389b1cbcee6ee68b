"""A synthetic population with its mistakes: people in households, and their records at several issuers of patient IDs.

Everything is drawn from one seed. Hazards link the wrong people: twins, some of one first name; sons of their father's
name; common names; the telephone of a ward on many records; somebody else's national number by a slip. Mistakes are what parts
the right ones, at the rates below.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from faker.providers.person.de_DE import Provider as German
from faker.providers.person.en_US import Provider as American
from faker.providers.person.es_MX import Provider as Mexican

from bench.mistakes import TODAY, pick, slip, weighted, wrong_digit
from sixfold.viewer.model.identity import Demographics, Identifier, Record
from sixfold.viewer.rules.identity.names import COMPOUND, NICKNAMES

ISSUERS = ("CITY", "NORTH", "SOUTH", "CHILDREN", "HEART", "LAKESIDE")
NATIONAL = "NATIONAL-HEALTH"

RATES = {
    "family with a slip": 0.025,
    "given with a slip": 0.03,
    "given as a short form": 0.04,
    "family and given swapped": 0.005,
    "family changed by marriage (women from 20)": 0.06,
    "only one half of a double family": 0.3,
    "middle name missing": 0.35,
    "middle name as an initial": 0.3,
    "another middle name": 0.01,
    "suffix missing": 0.5,
    "birth date, one digit": 0.01,
    "birth date, day and month swapped": 0.004,
    "birth date missing": 0.005,
    "birth date a default": 0.004,
    "birth date wholly wrong": 0.0005,
    "sex missing": 0.015,
    "sex wrong": 0.003,
    "telephone known": 0.7,
    "telephone changed": 0.15,
    "telephone of a ward": 0.01,
    "address known": 0.75,
    "moved": 0.2,
    "national number known": 0.55,
    "national number of somebody of the household": 0.002,
    "another record's ID named": 0.12,
    "record made twice by one issuer": 0.02,
    "newborn registered before its name": 0.6,
}
"""How often a record has the mistake, or tells the field."""

_ASIAN_FAMILIES = ("Nguyen", "Tran", "Le", "Pham", "Wang", "Li", "Zhang", "Chen", "Liu", "Kim", "Lee", "Park", "Patel", "Singh")
_ASIAN_GIVEN = (
    "Minh",
    "Anh",
    "Linh",
    "Wei",
    "Jing",
    "Min",
    "Jun",
    "Yan",
    "Hui",
    "Raj",
    "Priya",
    "Amit",
    "Ji-woo",
    "Seo-yeon",
    "Van",
)
_ONSETS_WORDS = "b br ch d dr f fr g gr h j k kl kr l m n p pr qu r s sch sk st t th tr v w z"
_ONSETS = _ONSETS_WORDS.split()
_RIMES_WORDS = "a ak al an ar ath e eck ed el en er es i ick ik in ing is o ock ol on or ov ow u uck ul um ur"
_RIMES = _RIMES_WORDS.split()
_ENDS_WORDS = "a berg dale ek er ford ham ic in ini ko ley man mann ney o ova sen ski son stein ton ward well wicz witz"
_ENDS = _ENDS_WORDS.split()
_STREETS_WORDS = "Oak Main Park Cedar Elm Lake Hill Maple Church Mill River Spring North South Walnut Bridge Station School"
_STREETS = _STREETS_WORDS.split()
_KINDS = ("Street", "St", "Road", "Avenue", "Lane")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as they are."""

    number: int
    family: str
    given: str
    middle: str
    suffix: str
    sex: str
    born: date
    address: str
    phone: str
    national: str
    household: int


@dataclass
class Population:
    """Records, and by the key of each the number of the person whose it is."""

    records: list[Record] = field(default_factory=list)
    whose: dict[int, int] = field(default_factory=dict)

    def true_pairs(self) -> Iterator[tuple[int, int]]:
        """Every two records of one person."""
        of_person: dict[int, list[int]] = {}
        for key, number in self.whose.items():
            of_person.setdefault(number, []).append(key)
        for keys in of_person.values():
            for place, one in enumerate(keys):
                for other in keys[place + 1 :]:
                    yield one, other


def populate(people: int, seed: int) -> Population:
    """So many people and the records of them."""
    chance = random.Random(seed)
    folk = _Folk(chance)
    persons: list[Person] = []
    while len(persons) < people:
        persons += folk.household(len(persons))
    scribe = _Scribe(chance, persons[:people])
    population = Population()
    for person in persons[:people]:
        for record in scribe.records(person, len(population.records)):
            population.records.append(record)
            population.whose[record.key] = person.number
    return population


class _Folk:
    """Makes households."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._count = 0
        self._american = weighted(American.last_names)
        self._names = {"F": weighted(American.first_names_female), "M": weighted(American.first_names_male)}

    def household(self, first: int) -> list[Person]:
        """One to six people of one address."""
        self._count += 1
        chance = self._chance
        origin = chance.choices(("us", "es", "de", "as"), (0.74, 0.16, 0.04, 0.06))[0]
        family, address, phone = self.family(origin), self.address(), self.phone()
        elder = TODAY - timedelta(days=int(chance.triangular(20, 95, 48) * 365.25))
        adults = [("M", elder), ("F", elder + timedelta(days=chance.randrange(-2500, 2500)))]
        if chance.random() < 0.45:
            adults = [chance.choice(adults)]
        made: list[Person] = []
        for sex, born in adults:
            made.append(self._person(first + len(made), (family, address, phone), origin, sex, born))
        for sex, born, twin in self._births(elder):
            child = self._person(first + len(made), (family, address, phone), origin, sex, born)
            while child.given in {one.given for one in made}:  # parents name no two children alike, but for those below
                child = replace(child, given=self.given(origin, sex) + self._chance.choice(("", "a", "o")))
            made.append(self._child(child, made, twin))
        return made

    def _births(self, elder: date) -> Iterator[tuple[str, date, bool]]:
        chance = self._chance
        for _ in range(chance.choices((0, 1, 2, 3, 4), (0.45, 0.2, 0.2, 0.1, 0.05))[0]):
            born = elder + timedelta(days=int(chance.triangular(18, 45, 29) * 365.25))
            if born >= TODAY:
                continue
            sex = chance.choice("FM")
            yield sex, born, False
            if chance.random() < 0.03:
                yield sex if chance.random() < 0.65 else chance.choice("FM"), born, True

    def _child(self, child: Person, before: list[Person], twin: bool) -> Person:
        chance = self._chance
        if twin:
            first = before[-1]
            if child.sex == first.sex and chance.random() < (0.5 if first.given.casefold() in COMPOUND else 0.001):
                # Maria José and Maria Luisa
                return replace(child, given=first.given, middle=child.middle or self.given("us", child.sex))
            if child.sex == first.sex and chance.random() < 0.12:  # Jaden and Jayden
                return replace(child, given=slip(first.given, chance))
            return child
        father = before[0]
        if child.sex == "M" and father.sex == "M" and chance.random() < 0.04:
            return replace(child, given=father.given, middle=father.middle, suffix="Jr")
        return child

    def _person(self, number: int, home: tuple[str, str, str], origin: str, sex: str, born: date) -> Person:
        chance = self._chance
        given = self.given(origin, sex)
        middle = self.given(origin, sex) if chance.random() < 0.7 else ""
        phone = home[2] if chance.random() < 0.4 else self.phone()
        return Person(
            number, home[0], given, middle, "", sex, born, home[1], phone, f"{chance.randrange(10**9, 10**10)}", self._count
        )

    def family(self, origin: str) -> str:
        """A family name of this origin."""
        chance = self._chance
        if origin == "as":
            return chance.choices(_ASIAN_FAMILIES, range(len(_ASIAN_FAMILIES), 0, -1))[0]
        if origin == "de":
            return str(chance.choice(German.last_names))
        if origin == "es":
            pair = chance.choice(Mexican.last_names), chance.choice(Mexican.last_names)
            return str(pair[0] if chance.random() < 0.5 else " ".join(pair))
        if chance.random() < 0.42:
            return pick(self._american, chance)
        made = (
            chance.choice(_ONSETS)
            + chance.choice(_RIMES)
            + (chance.choice(_ONSETS) + chance.choice(_RIMES)) * (chance.random() < 0.3)
        )
        double = f"-{pick(self._american, chance)}" if chance.random() < 0.03 else ""
        return (made + chance.choice(_ENDS)).capitalize() + double

    def given(self, origin: str, sex: str) -> str:
        """A given name."""
        chance = self._chance
        if origin == "as" and chance.random() < 0.6:
            return chance.choice(_ASIAN_GIVEN)
        if origin == "de":
            return str(chance.choice(German.first_names_female if sex == "F" else German.first_names_male))
        if origin == "es":
            first = chance.random()
            if first < 0.12:
                return "Maria" if sex == "F" else "Jose"
            return str(chance.choice(Mexican.first_names_female if sex == "F" else Mexican.first_names_male))
        return pick(self._names[sex], chance)

    def address(self) -> str:
        """A house."""
        chance = self._chance
        street = f"{chance.randrange(1, 999)} {chance.choice(_STREETS)}{chance.choice(('', 'wood', 'field', 'view'))}"
        return f"{street} {chance.choice(_KINDS)}, {chance.randrange(10_000, 10_200)}"

    def phone(self) -> str:
        """A telephone number."""
        return f"555{self._chance.randrange(10**7):07}"


class _Scribe:
    """Writes records of people, with mistakes."""

    def __init__(self, chance: random.Random, persons: Sequence[Person]) -> None:
        self._chance = chance
        self._homes: dict[int, list[Person]] = {}
        for person in persons:
            self._homes.setdefault(person.household, []).append(person)
        self._numbers = dict.fromkeys(ISSUERS, 100_000)
        self._folk = _Folk(chance)

    def records(self, person: Person, first: int) -> list[Record]:
        """The records of one person; their keys count from `first`."""
        chance = self._chance
        issuers = chance.sample(ISSUERS, chance.choices((1, 2, 3, 4), (0.6, 0.25, 0.1, 0.05))[0])
        if self._happens("record made twice by one issuer"):
            issuers.append(issuers[0])
        found: list[Record] = []
        later = self._later(person)
        if person.born > TODAY - timedelta(days=400) and self._happens("newborn registered before its name"):
            found.append(self._newborn(person, first, issuers[0]))
        for place, issuer in enumerate(issuers):
            told = self._told(later if place >= len(issuers) // 2 and len(issuers) > 1 else person, found)
            found.append(self._record(first + len(found), issuer, told))
        return found

    def _record(self, key: int, issuer: str, told: Demographics) -> Record:
        self._numbers[issuer] += self._chance.randrange(1, 9)
        number = str(self._numbers[issuer])
        return Record(key, f"{issuer}|{number}", number, issuer, told)

    def _later(self, person: Person) -> Person:
        """The same person some years on: moved, married, with another telephone."""
        chance = self._chance
        if self._happens("moved"):
            person = replace(person, address=self._folk.address())
        if self._happens("telephone changed"):
            person = replace(person, phone=self._folk.phone())
        grown = (TODAY - person.born).days > 20 * 365
        if person.sex == "F" and grown and self._happens("family changed by marriage (women from 20)"):
            new = self._folk.family("us")
            person = replace(person, family=new if chance.random() < 0.7 else f"{person.family}-{new}")
        return person

    def _told(self, person: Person, before: Sequence[Record]) -> Demographics:
        chance = self._chance
        phone = person.phone if self._happens("telephone known") else ""
        if phone and self._happens("telephone of a ward"):
            phone = f"5550000{chance.randrange(3):03}"
        return Demographics(
            name=self._name(person),
            birth_date=self._born(person.born),
            sex=self._sex(person.sex),
            other_ids=tuple(self._ids(person, before)),
            address=self._written(person.address) if self._happens("address known") else "",
            phones=(f"+1 ({phone[:3]}) {phone[3:6]}-{phone[6:]}" if chance.random() < 0.5 else phone,) if phone else (),
        )

    def _ids(self, person: Person, before: Sequence[Record]) -> Iterator[Identifier]:
        if self._happens("national number known"):
            whose = person
            if self._happens("national number of somebody of the household"):
                whose = self._chance.choice(self._homes[person.household])
            yield Identifier(whose.national, NATIONAL)
        if before and self._happens("another record's ID named"):
            other = self._chance.choice(before)
            yield Identifier(other.patient_id, other.issuer)

    def _name(self, person: Person) -> str:
        chance, family, given, middle = self._chance, person.family, person.given, person.middle
        if " " in family and self._happens("only one half of a double family"):
            family = family.split()[0]
        if self._happens("family with a slip"):
            family = slip(family, chance)
        if self._happens("given as a short form") and (short := NICKNAMES.get(given.casefold())):
            given = chance.choice(sorted(short)).capitalize()
        elif self._happens("given with a slip"):
            given = slip(given, chance)
        if middle:
            middle = self._middle(middle)
        if self._happens("family and given swapped"):
            family, given = given, family
        suffix = "" if self._happens("suffix missing") else person.suffix
        told = f"{family}^{given}^{middle}^^{suffix}".rstrip("^")
        return told.upper() if chance.random() < 0.5 else told

    def _middle(self, middle: str) -> str:
        if self._happens("middle name missing"):
            return ""
        if self._happens("another middle name"):
            return self._folk.given("us", "F")
        return middle[0] if self._happens("middle name as an initial") else middle

    def _born(self, born: date) -> str:
        told = born.strftime("%Y%m%d")
        if self._happens("birth date missing"):
            return ""
        if self._happens("birth date a default"):
            return "19000101"
        if self._happens("birth date wholly wrong"):
            return (born + timedelta(days=self._chance.randrange(400, 9000))).strftime("%Y%m%d")
        if self._happens("birth date, day and month swapped") and born.day <= 12:
            return f"{told[:4]}{told[6:]}{told[4:6]}"
        if self._happens("birth date, one digit"):
            return wrong_digit(told, self._chance)
        return told

    def _sex(self, sex: str) -> str:
        if self._happens("sex missing"):
            return self._chance.choice(("", "O"))
        return ("F" if sex == "M" else "M") if self._happens("sex wrong") else sex

    def _written(self, address: str) -> str:
        chance = self._chance
        if chance.random() < 0.3:
            address = address.replace("Street", "St").replace("Road", "Rd").replace("Avenue", "Ave")
        return address.upper() if chance.random() < 0.3 else address

    def _newborn(self, person: Person, key: int, issuer: str) -> Record:
        told = Demographics(
            name=f"{person.family}^BABY {'BOY' if person.sex == 'M' else 'GIRL'}",
            birth_date=person.born.strftime("%Y%m%d"),
            sex=person.sex,
            address=person.address,
            phones=(person.phone,),
        )
        return self._record(key, issuer, told)

    def _happens(self, what: str) -> bool:
        return self._chance.random() < RATES[what]
