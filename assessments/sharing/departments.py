"""Match short department names of the standard to organisations: 区建设管理委 is 青浦区建设和管理委员会 (pure functions)."""

import re
from collections.abc import Sequence

LEAST_ANYWHERE = 3  # signs; 经委 might stand in any long name


def departments_in(text: str) -> list[str]:
    """Departments named in a clause, the leading one first."""
    return [name.strip() for name in re.split("[、，,;；/]", text) if name.strip()]


def _core(name: str) -> str:
    """Name without the leading district name and without a trailing note in brackets."""
    plain = re.sub(r"[（(].*?[)）]", "", name).strip()
    return re.sub(r"^.*?区(?=.)", "", plain)


def _within(short: str, full: str) -> bool:
    """Whether the characters of the short name occur in the full name in the same order."""
    rest = iter(full)
    return all(sign in rest for sign in short)


def meant(department: str, bodies: Sequence[str]) -> list[int]:
    """Indexes of the matching bodies, of the best kind of match only: equal, shortened from the same start, shortened anywhere."""
    short = _core(department)
    fulls = [(place, _core(name)) for place, name in enumerate(bodies)]
    kinds = (
        [place for place, full in fulls if full == short],
        [place for place, full in fulls if full[:1] == short[:1] and _within(short, full)],
        [place for place, full in fulls if len(short) >= LEAST_ANYWHERE and _within(short, full)],
    )
    return next(filter(None, kinds), []) if short else []
