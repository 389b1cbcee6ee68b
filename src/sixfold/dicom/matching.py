"""Attribute matching (PS3.4 C.2.2.2)."""

import unicodedata


def normalise_name(text: str) -> str:
    """A name as it is compared: case, accents and the difference of separators taken away."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.replace("^", " ").split())
