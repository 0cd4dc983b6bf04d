"""Words that lie sealed in the database, under keys that lie elsewhere: a stolen table or backup tells nothing.

AES-256-GCM (NIST SP 800-38D), with a nonce of 96 random bits for each value: what was changed by anybody else does
not open. The keys are made from SEAL_KEYS (HKDF with SHA-256, RFC 5869): the first one seals, all of them open.
"""

import os
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.utils.translation import gettext as _

_FORM = b"\x01"
_NAME, _NONCE = 4, 12  # bytes
_HEAD = len(_FORM) + _NAME + _NONCE


class Lost(str):
    """Stands for words whose key is missing, or that were tampered with: says so where they would stand, and is
    kept as it is (`sealed`) by whoever saves it, so that nothing more is lost."""

    sealed: bytes

    def __new__(cls, sealed: bytes) -> "Lost":
        said = super().__new__(cls, _("[These words are sealed, and the key for them is missing.]"))
        said.sealed = sealed
        return said


def seal(words: str, *, purpose: str) -> bytes:
    """Empty words stay empty. What is sealed for one `purpose` opens for no other."""
    if isinstance(words, Lost):
        return words.sealed
    if not words:
        return b""
    name, key = _keys()[0]
    nonce = os.urandom(_NONCE)
    return _FORM + name + nonce + key.encrypt(nonce, words.encode(), purpose.encode())


def unseal(sealed: bytes, *, purpose: str) -> str:
    """The words, or `Lost`."""
    if not sealed:
        return ""
    key = dict(_keys()).get(_name_of(sealed))
    if key is None:
        return Lost(sealed)
    try:
        nonce = sealed[_HEAD - _NONCE : _HEAD]
        return key.decrypt(nonce, sealed[_HEAD:], purpose.encode()).decode()
    except (InvalidTag, ValueError):
        return Lost(sealed)


def kept(there: str, said: str) -> str:
    """What to save of what was `said` where `there` stood: a page sends `Lost` back as the sentence that it shows,
    and the same sentence again is no new words."""
    return there if there == said else said


def is_of_the_first_key(sealed: bytes) -> bool:
    return not sealed or _name_of(sealed) == _keys()[0][0]


def _name_of(sealed: bytes) -> bytes:
    return sealed[len(_FORM) : len(_FORM) + _NAME] if sealed.startswith(_FORM) else b""


def _keys() -> list[tuple[bytes, AESGCM]]:
    """By a name that is made from each, the first one first."""
    return _made(tuple(settings.SEAL_KEYS))


@lru_cache(maxsize=4)
def _made(secrets: Iterable[str]) -> list[tuple[bytes, AESGCM]]:
    made = [HKDF(SHA256(), 32, salt=None, info=b"portal.sealed").derive(secret.encode()) for secret in secrets]
    return [(sha256(key).digest()[:_NAME], AESGCM(key)) for key in made]


class SealedTextField(models.TextField):
    """A text that is sealed in its column (bytea). It is looked up by nothing but being there (FieldError)."""

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose = purpose

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, value: bytes | None, *_context: Any) -> str | None:
        return None if value is None else unseal(bytes(value), purpose=self.purpose)

    def get_prep_value(self, value: Any) -> bytes | None:
        return value if value is None or isinstance(value, bytes) else seal(value, purpose=self.purpose)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: nothing can be looked up by it.")
        return super().get_lookup(lookup_name)
