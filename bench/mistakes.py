"""Mistakes of those who type, and draws by weight."""

import random
from datetime import date

TODAY = date(2026, 11, 1)


def weighted(names: object) -> tuple[list[str], list[float]]:
    """Names and their cumulative shares."""
    assert isinstance(names, dict)
    total, shares = 0.0, []
    for share in names.values():
        total += share
        shares.append(total)
    return list(names), shares


def pick(names: tuple[list[str], list[float]], chance: random.Random) -> str:
    """A name by its share."""
    return chance.choices(names[0], cum_weights=names[1])[0]


def slip(word: str, chance: random.Random) -> str:
    """A letter left out, doubled, exchanged for another or for its neighbour."""
    if len(word) < 3:
        return word + chance.choice("aehn")
    place = chance.randrange(1, len(word) - 1)
    letter = word[place]
    kinds = (letter * 2, "", chance.choice("abcdefghiklmnoprstuvwyz"), word[place + 1] + letter)
    kind = chance.choice(kinds)
    return word[:place] + kind + word[place + (2 if len(kind) == 2 and kind != letter * 2 else 1) :]


def wrong_digit(told: str, chance: random.Random) -> str:
    """A date with one other digit that is a date too."""
    for _ in range(50):
        place = chance.randrange(2, 8)
        other = told[:place] + chance.choice("0123456789") + told[place + 1 :]
        try:
            date(int(other[:4]), int(other[4:6]), int(other[6:]))
        except ValueError:
            continue
        if other != told and other < TODAY.strftime("%Y%m%d"):
            return other
    return told
