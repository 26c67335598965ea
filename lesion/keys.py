"""API keys: long random strings, of which a server is told a salted hash and no more.

An entry is one line without spaces, ``name:salt:hash``, or ``name:salt:hash:limit`` where the key has a limit
of its own, such as ``600/minute``. Empty lines and lines that begin with ``#`` mean nothing.

A key has 256 random bits. Nobody finds one by trying, so one pass of SHA-256 keeps it as safe as a slow hash,
which would only let strangers keep processors busy.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable

import msgspec

from lesion.errors import UnusableKeys

__all__ = ["EXAMPLE_LIMIT", "NO_LIMIT", "PREFIX", "Key", "holder_of", "new_key", "parse_keys"]

PREFIX = "lesion_"
"""What every key begins with, so that scanners for leaked secrets know one."""

NO_LIMIT = "off"
EXAMPLE_LIMIT = "600/minute, or 60/minute;1000/hour"

_NAME = r"[a-z0-9][a-z0-9-]{0,31}"
_LIMIT = r"[\w/;]{1,100}"
_ENTRY = re.compile(
    rf"(?P<name>{_NAME}):(?P<salt>[0-9a-f]{{32}}):(?P<digest>[0-9a-f]{{64}})(:(?P<limit>{_LIMIT}))?", re.ASCII
)


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """What a server knows of a key: its name, salt and hash in hexadecimal digits, and a limit of its own."""

    name: str
    salt: str
    digest: str
    limit: str | None = None

    @property
    def entry(self) -> str:
        """The line that `parse_keys` reads."""
        return ":".join(part for part in (self.name, self.salt, self.digest, self.limit) if part)

    def opens_with(self, secret: str) -> bool:
        """Whether ``secret`` is this key; takes the same time whether it is or not."""
        return hmac.compare_digest(_digest(self.salt, secret), self.digest)


def new_key(name: str, limit: str | None = None) -> tuple[str, Key]:
    """Make a key; return the secret, which nobody will see again, and what a server is to know.

    Raises UnusableKeys for a name or limit that cannot stand in an entry.
    """
    if not re.fullmatch(_NAME, name):
        raise UnusableKeys(
            f"`{name}` cannot name a key: use up to 32 of a-z, 0-9 and -, and begin with a letter or digit."
        )
    if limit is not None and not re.fullmatch(_LIMIT, limit, re.ASCII):
        raise UnusableKeys(f"`{limit}` is not a limit such as {EXAMPLE_LIMIT}.")
    secret, salt = PREFIX + secrets.token_urlsafe(32), secrets.token_hex(16)
    return secret, Key(name=name, salt=salt, digest=_digest(salt, secret), limit=limit)


def parse_keys(text: str) -> tuple[Key, ...]:
    """Read entries, separated by line breaks or spaces. Raises UnusableKeys, which repeats none of them."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    entries = [entry for line in lines for entry in line.split()]
    keys = tuple(_parse(number, entry) for number, entry in enumerate(entries, 1))
    names = [key.name for key in keys]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UnusableKeys(f"Two keys are named {twice[0]}: give each a name of its own.")
    return keys


def holder_of(secret: str, keys: Iterable[Key]) -> Key | None:
    """Return the key that ``secret`` is, compared with every one, so that time does not tell which it is."""
    found = [key for key in keys if key.opens_with(secret)]
    return found[0] if found else None


def _parse(number: int, entry: str) -> Key:
    found = _ENTRY.fullmatch(entry)
    if found is None:
        raise UnusableKeys(f"Entry {number} is not one that `lesion keys add` wrote; make the key again.")
    named = found.groupdict()
    return Key(name=named["name"], salt=named["salt"], digest=named["digest"], limit=named["limit"])


def _digest(salt: str, secret: str) -> str:
    return hashlib.sha256(bytes.fromhex(salt) + secret.encode("utf-8", "surrogatepass")).hexdigest()
