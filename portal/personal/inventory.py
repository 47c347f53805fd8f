"""The inventory of personal data and the versions of the privacy notice, stored in ``data/``; read once per process."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.db import models

FOLDER = Path(__file__).resolve().parent / "data"
NOTICE = re.compile(r"notice-(\d+)\.md")


@dataclass(frozen=True)
class KeptData:
    """One kind of personal data: fields, purpose, legal ground, retention, and who sees it.

    ``by`` is the path from a row to the person, empty if rows name people without an account. Values of ``hidden`` fields are not shown.
    """

    key: str
    title: str
    model: str
    fields: tuple[str, ...]
    purpose: str
    ground: str
    retention: str
    seen_by: str
    by: str = ""
    hidden: tuple[str, ...] = ()
    drop_days: int = 0

    @property
    def table(self) -> type[models.Model]:
        """Model that stores the data."""
        return apps.get_model(self.model)

    @property
    def words(self) -> str:
        """Labels of the fields."""
        return "、".join(str(getattr(self.table._meta.get_field(name), "verbose_name", name)) for name in self.fields)


@dataclass(frozen=True)
class PrivacyNotice:
    """One version of the privacy notice."""

    version: int
    text: str

    @property
    def sha256(self) -> str:
        """Digest that is recorded with an agreement."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def inventory() -> tuple[KeptData, ...]:
    """Every kind of personal data, in the order of the page."""
    return tuple(KeptData(**{name: _frozen(value) for name, value in entry.items()}) for entry in _read()["kept"])


def not_personal() -> dict[str, str]:
    """Fields that look personal but are not, with what they contain."""
    return dict(_read()["not_personal"])


@cache
def notices() -> tuple[PrivacyNotice, ...]:
    """All versions of the notice, oldest first."""
    found = [(int(match[1]), path) for path in FOLDER.iterdir() if (match := NOTICE.fullmatch(path.name))]
    return tuple(PrivacyNotice(number, path.read_text(encoding="utf-8")) for number, path in sorted(found))


def current_notice() -> PrivacyNotice:
    """The current version."""
    return notices()[-1]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@cache
def _read() -> Any:
    return yaml.safe_load((FOLDER / "inventory.yaml").read_text(encoding="utf-8"))
