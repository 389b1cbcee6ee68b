"""Weights: what agreement and disagreement of each field say, in bits (log2 of m / u; Fellegi and Sunter 1969).

m is how often the field stands so in two records of one person, u how often in records of two. Where they come from:

- u of birth dates: one day in 80 years of births; of one slip: the 20 or so valid dates one digit away from a given one.
- u of sex: one in two. u of names: how common the name is among the house's own records, never less than a floor, so that a
  small house does not take each name for rare (`Commonness`).
- m: among 398,939 pairs of duplicates of one health system the first name was misspelt in 53 % of those pairs in which it
  differed at all, the middle name differed in 58 % of pairs with any difference (McCoy et al., PMC4832129): so middle names
  weigh little. The shares of slips are those that `bench/population.py` writes down, of the same order as in the published
  samples: 2 to 5 % of names with a slip, 1 to 2 % of birth dates, 4 to 8 % of women's families changed by marriage.
- For scale: a linkage on name, birth date and sex of real records (PMC6759179, table 2) spans -12 to +32 bits.
"""

from collections.abc import Mapping
from math import log2
from typing import Final

import msgspec

RAREST_FAMILY, RAREST_GIVEN = 0.0004, 0.002
"""No name counts as rarer than this: 11 and 9 bits at most."""
MANY = 2_000
"""Records from which the house's own counts are believed alone; below, each name counts as somewhat common."""


class Commonness(msgspec.Struct, frozen=True):
    """How many of `total` records have a family, or a given name."""

    total: int = 0
    families: Mapping[str, int] = {}
    givens: Mapping[str, int] = {}

    def family_bits(self, family: str) -> float:
        """What two records of the same family say."""
        return -log2(self._share(self.families.get(family, 0), RAREST_FAMILY))

    def given_bits(self, given: str) -> float:
        """What two records of the same given name say."""
        return -log2(self._share(self.givens.get(given, 0), RAREST_GIVEN))

    def _share(self, count: int, floor: float) -> float:
        return min(0.5, max(count / max(self.total, MANY), floor))


FAMILY_CLOSE: Final = 3.5
FAMILY_DIFFERENT: Final = {"F": -3.0, "": -3.5, "O": -3.5, "M": -6.0}
"""By sex, since it is mostly women whose family changes by marriage."""
GIVEN_NICKNAME, GIVEN_CLOSE, GIVEN_INITIAL, GIVEN_DIFFERENT = 4.5, 3.5, 2.0, -6.0
SWAPPED = -3.0
"""Family and given name stand in each other's place: beside what both names say."""
MIDDLE_SAME, MIDDLE_INITIAL, MIDDLE_DIFFERENT = 4.0, 2.0, -1.5
SUFFIX_DIFFERENT = -6.0
DATE_SAME, DATE_SWAPPED, DATE_TYPO, DATE_PART, DATE_DIFFERENT = 14.8, 8.5, 4.5, 0.5, -9.0
SEX_SAME, SEX_DIFFERENT = 1.0, -6.0
PHONE_SAME, PHONE_DIFFERENT = 10.0, -0.5
ADDRESS_SAME, ADDRESS_CLOSE, ADDRESS_DIFFERENT = 9.0, 4.0, -0.5
ADDRESS_TOO = 2.0
"""An address where the telephone agrees already."""
IDENTIFIER_SAME, IDENTIFIER_DIFFERENT = 20.0, -4.0
SAME_ISSUER = -2.0
"""Two numbers of one issuer: mostly two people, sometimes a record made twice."""
