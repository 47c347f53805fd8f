"""Decisive acts: what cannot be taken back is told before it is done, by the code that does it.

An act is carried out in a transaction that is taken back; on the way steps, messages, letters, titles and public
pages tell of themselves. The page that asks for the second press shows what was told.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import NamedTuple

from django.db import transaction

from greendistrict.core.features import decisive_acts

MOST_NAMED = 6


class Effect(NamedTuple):
    """Something that happens: its kind, what it is, and whom it reaches."""

    what: str
    words: str
    whom: str = ""


_told: ContextVar[list[Effect] | None] = ContextVar("dry_run_told", default=None)


def tell(what: str, words: str, whom: str = "") -> None:
    """Note an effect, if somebody asks what an act would do; otherwise nothing."""
    if (told := _told.get()) is not None:
        told.append(Effect(what, words, whom))


def is_dry_run() -> bool:
    """Whether somebody asks what an act would do, so that what is costly to find is told only then."""
    return _told.get() is not None


def dry_run(do: Callable[[], object]) -> list[str]:
    """What ``do`` would do, a line for each effect; one that reaches several people names the first. Everything is taken back.

    ``do`` reads its objects anew: those that it is handed stay as the act leaves them. Raises what it raises.
    """
    told: list[Effect] = []
    token = _told.set(told)
    try:
        with transaction.atomic():
            do()
            transaction.set_rollback(True)
    finally:
        _told.reset(token)
    grouped: dict[tuple[str, str], dict[str, None]] = {}
    for one in told:
        grouped.setdefault((one.what, one.words), {}).update({one.whom: None} if one.whom else {})
    lines = []
    for (what, words), whom in grouped.items():
        names = "、".join(list(whom)[:MOST_NAMED]) + (f"等{len(whom)}人" if len(whom) > MOST_NAMED else "")
        lines.append(f"{what}{names}：{words}")
    return lines


def is_decisive(machine: str, action: str) -> bool:
    """Whether its feature declares a step as decisive."""
    return f"{machine}.{action}" in decisive_acts()
