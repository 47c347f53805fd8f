"""Preview of a changed setting: which due dates would move."""

import datetime as dt
from collections import Counter

from django.urls import reverse

from approvals.common.duties import AffectedGroup
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.days import day_in_words
from greendistrict.policy import parameters
from greendistrict.policy.duty_table import DUTY_KINDS
from obligations.duties import Obligation
from obligations.selectors import everything


def moved_by_setting(key: str, value: object, today: dt.date) -> list[AffectedGroup]:
    """Open and future obligations whose due date another value would move, by kind and day, earliest first."""
    before = _open(today)
    with parameters.supposing(key, value):
        after = _open(today)
    moved = Counter((row.kind, row.due, after[one].due) for one, row in before.items() if one in after and after[one].due != row.due)
    lists = reverse("obligations:obligation_list")
    return [
        AffectedGroup(f"{DUTY_KINDS[kind].label}，期限由{day_in_words(old)}移至{day_in_words(new)}", number, f"{lists}?kind={kind}")
        for (kind, old, new), number in sorted(moved.items(), key=lambda one: (one[0][1], one[0][0]))
    ]


def _open(today: dt.date) -> dict[str, Obligation]:
    return {row.key: row for row in everything(Viewer(None, as_of=today)) if row.is_open}
