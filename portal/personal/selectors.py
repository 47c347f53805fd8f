"""What is stored about one person, and whether the person must agree to the notice."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from portal.personal.inventory import KeptData, current_notice, inventory

OF_FICTION = 2  # version that fictional people count as having read
SHOWN, EXPORTED = 5, 10_000


@dataclass(frozen=True)
class OwnData:
    """One kind of data with the person's rows as (field name, value) pairs; ``count`` includes rows not listed."""

    kept: KeptData
    rows: tuple[tuple[tuple[str, str], ...], ...]
    count: int


def must_be_asked(viewer: Viewer) -> bool:
    """Whether the person has not read the current notice. Fictional people count as having read ``OF_FICTION``."""
    agreed = max(viewer.user.notice_agreed, OF_FICTION) if viewer.user.is_demo else viewer.user.notice_agreed
    return agreed < current_notice().version


def own_data(viewer: Viewer, most: int = SHOWN) -> list[OwnData]:
    """Data stored about a person with an account, newest rows first."""
    found = []
    for kept in inventory():
        if kept.by:
            rows = kept.table._default_manager.filter(**{kept.by: viewer.person}).order_by("-pk")
            meta = kept.table._meta
            labels = [(name, str(getattr(meta.get_field(name), "verbose_name", name))) for name in kept.fields]
            cells = (tuple((label, _words(kept, row, name)) for name, label in labels) for row in rows[:most])
            found.append(OwnData(kept, tuple(cells), rows.count()))
    return found


def of_others() -> list[KeptData]:
    """Kinds of data about people who may have no account."""
    return [kept for kept in inventory() if not kept.by]


def _words(kept: KeptData, row: models.Model, name: str) -> str:
    if name in kept.hidden:
        return "不显示"
    if name == "action" and isinstance(row, AuditRecord):
        return row.action_label
    shown = getattr(row, f"get_{name}_display", None)
    value: Any = shown() if shown else getattr(row, name)
    if value is None or value == "":
        return "未填"
    if isinstance(value, bool):
        return "是" if value else "否"
    if hasattr(value, "astimezone"):
        at = value.astimezone(clock.SHANGHAI)
        return f"{day_in_words(at.date())}{at:%H:%M}"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
