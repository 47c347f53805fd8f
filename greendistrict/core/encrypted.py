"""Text encrypted in the database (Fernet of ``cryptography``): a copy of the database is unreadable without the key.

``GD_FIELD_KEY`` holds one or more keys, separated by commas or spaces: the first encrypts, all decrypt. To change the key, a new one is
put in front and ``manage.py rotate_field_key`` re-encrypts all values before the old key is removed. ``cryptography`` is imported lazily.
"""

import base64
import binascii
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

MARK = "gd1:"  # prefix of encrypted values; a value without it was written before the field was encrypted
KEY_BYTES = 32
ASKABLE = frozenset({"isnull"})
URL_SAFE = str.maketrans("+/", "-_")  # openssl writes the standard base64 alphabet


class UndecipherableError(ValueError):
    """A stored value that none of the keys decrypts."""


def keys() -> tuple[str, ...]:
    """The keys, beginning with the encrypting one; the last is derived from ``SECRET_KEY`` and used without ``GD_FIELD_KEY``.

    Raises ``ImproperlyConfigured`` for an invalid key.
    """
    given = tuple(key.translate(URL_SAFE) for key in settings.FIELD_KEY.replace(",", " ").split())
    for number, key in enumerate(given, 1):
        try:
            length = len(base64.urlsafe_b64decode(key))
        except (binascii.Error, ValueError):
            length = 0
        if length != KEY_BYTES:
            msg = f"GD_FIELD_KEY: 第{number}个不是{KEY_BYTES}字节的 base64"
            raise ImproperlyConfigured(msg)
    made = hashlib.sha256(f"fields of {settings.SECRET_KEY}".encode()).digest()
    return (*given, base64.urlsafe_b64encode(made).decode())


@lru_cache(maxsize=4)
def _box(given: tuple[str, ...]) -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 -- who meets such a field pays for it

    return MultiFernet([Fernet(key) for key in given])


def encrypt(text: str) -> str:
    """``text`` in stored form; an empty text stays empty."""
    return MARK + _box(keys()).encrypt(text.encode()).decode() if text else ""


def decrypt(stored: str) -> str:
    """Text of a stored value. Raises ``UndecipherableError`` if no key decrypts it."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 -- who decrypts pays for it

    if not stored.startswith(MARK):
        return stored
    try:
        return _box(keys()).decrypt(stored.removeprefix(MARK).encode()).decode()
    except InvalidToken as error:
        msg = "GD_FIELD_KEY 中没有能打开这个加密值的密钥"
        raise UndecipherableError(msg) from error


def is_current(stored: str) -> bool:
    """Whether a stored value is empty or encrypted with the first key."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 -- who decrypts pays for it

    if not stored:
        return True
    if not stored.startswith(MARK):
        return False
    try:
        _box(keys()[:1]).decrypt(stored.removeprefix(MARK).encode())
    except InvalidToken:
        return False
    return True


class Stored(str):
    """Value read from the database and not decrypted yet."""

    __slots__ = ()


class Decrypting(DeferredAttribute):
    """Attribute that decrypts on access; most code that loads a person never reads the phone number."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        """The decrypted text. Raises ``UndecipherableError``."""
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Stored):
            value = instance.__dict__[self.field.attname] = decrypt(value)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Store the value. Defining a setter makes Python call ``__get__`` before looking into the instance dictionary."""
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # no subscript at run time
    """Text encrypted in the database. It cannot be searched or sorted, because encrypting a text twice gives different values.

    ``values()`` returns the stored form; the attribute of an instance returns the text.
    """

    descriptor_class = Decrypting

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """Mark the value as not decrypted."""
        return Stored(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 -- Django's signature
        """Keep a value that was read but not accessed in its stored form."""
        held = model_instance.__dict__.get(self.attname)
        return held if isinstance(held, Stored) else super().pre_save(model_instance, add)

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt a text; a value in stored form is passed through."""
        if isinstance(value, Stored):
            return str(value)
        text = super().get_prep_value(value)
        return text if text is None else encrypt(text)

    def get_lookup(self, lookup_name: str) -> Any:
        """Allows ``isnull`` look-ups only. Raises ``FieldError`` for others."""
        if lookup_name not in ASKABLE:
            msg = f"{self.name} is encrypted and cannot be searched by {lookup_name}"
            raise FieldError(msg)
        return super().get_lookup(lookup_name)
