"""Facts of a title that was recorded from before the portal: as values, as texts of a proposal, and what a proposal changes, in words."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from approvals.titles.columns import RECORDED, UNKNOWN
from approvals.titles.models.publicity import Title

NOTICE = ("notice_title", "notice_number", "notice_text")  # facts of the announcement
SHARED = frozenset({"granted_on", "date_certainty", *NOTICE})  # by the titles of one announcement
LEFT = "不再列入这一公告"
OWN = tuple(name for name in RECORDED if name not in {"batch", *NOTICE})


def recorded_facts(title: Title) -> dict[str, Any]:
    """What is recorded of a title, by fact; texts that are missing are empty."""
    facts = {name: column.of(title) for name, column in RECORDED.items()}
    return facts | {name: facts[name] or "" for name in ("batch", *NOTICE)}


def as_texts(facts: Mapping[str, Any]) -> dict[str, str]:
    """Facts as they are kept in a proposal."""
    return {name: "" if value is None else str(value) for name, value in facts.items()}


def from_texts(texts: Mapping[str, str]) -> dict[str, Any]:
    """Facts of a proposal."""
    facts: dict[str, Any] = dict(texts)
    if "star" in texts:
        facts["star"] = int(texts["star"]) if texts["star"] else None
    if "granted_on" in texts:
        facts["granted_on"] = dt.date.fromisoformat(texts["granted_on"]) if texts["granted_on"] else None
    return facts


def changed_lines(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What a proposal changes: label, words before and after, in the order of the form.

    Facts that are kept of an announcement that the title leaves have no words of their own after it.
    """
    old, new = from_texts(before), from_texts(after)
    return [
        (column.label, column.words(old[name]) or UNKNOWN, column.words(new[name]) or UNKNOWN if name in new else LEFT)
        for name, column in RECORDED.items()
        if name in new or old.get(name)
    ]
