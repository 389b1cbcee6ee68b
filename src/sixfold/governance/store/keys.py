"""The key of the house: one file in the home folder, under which secrets that must be read again are sealed."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from sixfold.kernel.errors import Damaged, Unavailable

_MODE = 0o600


class KeyUnavailable(Unavailable):
    """There is no home folder, or its key cannot be read or made."""


class SealBroken(Damaged):
    """Something was sealed under another key, or changed since."""


class Seal:
    """Seals text with AES-CBC and HMAC-SHA256 (Fernet) under the key of the house, which is made when it is first needed."""

    def __init__(self, home: Path | None) -> None:
        self._path = home / "governance.key" if home is not None else None
        self._fernet: Fernet | None = None

    def seal(self, text: str) -> str:
        """The sealed form of a text; raises `KeyUnavailable`."""
        return self._key().encrypt(text.encode()).decode()

    def open(self, sealed: str, *, at: int | None = None, life: int | None = None) -> str:
        """The text of a sealed form, not older than `life` seconds `at` a moment if given; raises `SealBroken`."""
        try:
            if at is None or life is None:
                return self._key().decrypt(sealed).decode()
            return self._key().decrypt_at_time(sealed, life, at).decode()
        except (InvalidToken, ValueError) as error:
            raise SealBroken("it was sealed under another key, too long ago, or was changed since") from error

    def seal_at(self, text: str, at: int) -> str:
        """The sealed form of a text with a moment in seconds since 1970, for `open` with a life."""
        return self._key().encrypt_at_time(text.encode(), at).decode()

    def _key(self) -> Fernet:
        if self._fernet is None:
            if self._path is None:
                raise KeyUnavailable("there is no home folder to keep the key of the house in")
            try:
                self._fernet = Fernet(_read_or_make(self._path))
            except (OSError, ValueError) as error:
                raise KeyUnavailable(f"the key of the house cannot be used: {error}") from error
        return self._fernet


def _read_or_make(path: Path) -> bytes:
    """The key in a file; of several processes that make it at once, one wins and all read the same."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
