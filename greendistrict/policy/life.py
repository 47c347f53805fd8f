"""What registered documents do to the policies of the files: extend, replace or end them (pure)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db import models

from greendistrict.policy.types import LifeChange, Policy

ONE_DAY = dt.timedelta(days=1)


class LifeKind(models.TextChoices):
    """What a document does to a policy."""

    AMEND = "amend", "修改"
    EXTEND = "extend", "延长有效期"
    REPLACE = "replace", "替代"
    END = "end", "废止"


def change_of(stored: Mapping[str, Any]) -> LifeChange:
    """A change from the values that ``stored_change`` made."""
    days = {name: stored[name] and dt.date.fromisoformat(stored[name]) for name in ("on", "until", "registered_on")}
    return LifeChange(**{**stored, **days})


def stored_change(change: LifeChange) -> dict[str, Any]:
    """A change as values for JSON."""
    days = {name: str(day) if (day := getattr(change, name)) else None for name in ("on", "until", "registered_on")}
    return {**vars(change), **days}


def with_life(policies: Iterable[Policy], changes: Iterable[LifeChange]) -> tuple[Policy, ...]:
    """The policies as the documents left them, in the order in which they were registered."""
    found = tuple(policies)
    for change in changes:
        found = tuple(_changed(policy, change) if policy.code == change.policy else policy for policy in found)
    return found


def _changed(policy: Policy, change: LifeChange) -> Policy:
    """A document that replaces or ends a policy holds instead of it from its own first day; what it amends is for people to read."""
    if change.kind == LifeKind.EXTEND and change.until:
        return replace(policy, expires=change.until, change=change)
    if change.kind in {LifeKind.REPLACE, LifeKind.END}:
        return replace(policy, expires=min(policy.expires, change.on - ONE_DAY), change=change)
    return policy
