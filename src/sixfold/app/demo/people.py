"""Who is in the demonstration hospital: facilities and patients, none of them real.

Two people share the number 100234, one in each facility: only the issuer of the number tells them apart.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facility:
    """A house that issues its own patient numbers."""

    name: str
    issuer: str
    address: str
    station: str


@dataclass(frozen=True, slots=True)
class Patient:
    """A person as the modality knows them; `charset` is the Specific Character Set of their objects (PS3.3 C.12.1.1.2)."""

    name: str
    number: str
    facility: Facility
    charset: str
    sex: str
    age_days: int
    size: float
    weight: float
    other_number: tuple[str, str] | None = None


HARBOUR = Facility("Harbour General Hospital (DEMONSTRATION)", "HARBOUR", "1 Quay Street, Harbour", "HGH")
HILLSIDE = Facility("Hillside Family Clinic (DEMONSTRATION)", "HILLSIDE", "22 Orchard Lane, Hillside", "HFC")

LATIN_1, LATIN_7_GREEK, CYRILLIC, ARABIC = "ISO_IR 100", "ISO_IR 126", "ISO_IR 144", "ISO_IR 127"
UTF_8, GB18030, JAPANESE, KOREAN = "ISO_IR 192", "GB18030", "\\ISO 2022 IR 87", "\\ISO 2022 IR 149"

BERGSTROM = Patient("Bergström^Åsa^Linnéa", "100234", HARBOUR, LATIN_1, "F", 24700, 1.66, 64, ("200777", "HILLSIDE"))
NGUYEN = Patient("Nguyễn^Thị Hạnh", "100234", HILLSIDE, UTF_8, "F", 12700, 1.55, 52)
SATO = Patient("Sato^Hanako=佐藤^花子=さとう^はなこ", "100871", HARBOUR, JAPANESE, "F", 21300, 1.58, 55)
KIM = Patient("Kim^Seoyeon=金^瑞姸=김^서연", "101455", HARBOUR, KOREAN, "F", 18100, 1.61, 58)
LI = Patient("Li^Xiaomei=李^晓梅", "102208", HARBOUR, GB18030, "F", 15200, 1.63, 60)
MULLER = Patient("Müller^Jürgen^^Dr.", "103377", HARBOUR, LATIN_1, "M", 26100, 1.79, 88)
OKAFOR = Patient("Okafor^Chidi", "200118", HILLSIDE, UTF_8, "M", 3010, 1.29, 26)
IVANOVA = Patient("Иванова^Ольга^Сергеевна", "200119", HILLSIDE, CYRILLIC, "F", 13300, 1.70, 66)
PAPADOPOULOS = Patient("Παπαδόπουλος^Νίκος", "104002", HARBOUR, LATIN_7_GREEK, "M", 23100, 1.74, 81, ("200450", "HILLSIDE"))
DA_SILVA = Patient("da Silva^João Antônio", "104519", HARBOUR, UTF_8, "M", 20400, 1.72, 92)
OBRIEN = Patient("O'Brien-Núñez^Máire", "200342", HILLSIDE, LATIN_1, "F", 1370, 1.02, 16)
HADDAD = Patient("حداد^ليلى", "105120", HARBOUR, ARABIC, "F", 10800, 1.64, 57)

PATIENTS = (
    BERGSTROM, NGUYEN, SATO, KIM, LI, MULLER, OKAFOR, IVANOVA, PAPADOPOULOS, DA_SILVA, OBRIEN, HADDAD,
)  # fmt: skip
