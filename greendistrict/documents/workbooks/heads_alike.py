"""Heads that are nearly those of a column: with a unit behind them, with a letter more or less, or told by what stands below them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from greendistrict.core.folded_keys import folded
from greendistrict.core.unit_names import SIZES, named_unit
from greendistrict.documents.workbooks.columns import CHOICE, Column, head_of
from greendistrict.documents.workbooks.grids import Grid, shown

SHORTEST = 3  # letters of a head that may end a longer one: 规划用地面积 is 用地面积
MOST_SLIPS, MOSTLY, LOOKED_AT = 2, 0.8, 200  # letters more or less, share of values, rows that are looked at
ALIKE = 0.6  # of two heads, for a choice that a person confirms
Contents = Mapping[str, Callable[[str], bool]]  # whether a folded text is a value of a column, by field
_WITH_UNIT = re.compile(r"(.+?)\(?[(:/]([^()]+)\)?")


def bare_head(label: str) -> str:
    """A head as a choice of its column is kept: folded, without the unit behind it."""
    return head_and_unit(label)[0]


def head_and_unit(label: str) -> tuple[str, str]:
    """A head as heads are compared, without the unit behind it, and that unit; empty if it has none."""
    return [*parts_of_head(head_of(label))][-1]


def parts_of_head(label: str) -> Iterator[tuple[str, str]]:
    """A head as it stands, then without the unit behind it."""
    yield label, ""
    if (about := _WITH_UNIT.fullmatch(label)) and named_unit(about[2]).is_known:
        yield about[1], about[2]


def converts(unit: str, to: str) -> bool:
    """Whether figures in a unit can be told in another."""
    mine, theirs = named_unit(unit), named_unit(to)
    return mine.name == theirs.name or SIZES.get(mine.name, (0, mine.name))[1] == SIZES.get(theirs.name, (0, theirs.name))[1]


def near_heads(free: Sequence[tuple[int, str]], names: Mapping[str, str], missing: Mapping[str, Column]) -> dict[str, tuple[int, str]]:
    """Place and unit of ``missing`` columns by a head that has a letter more or less than one of theirs and no other column's.

    ``free``: place and words of each head that names none; ``names``: fields by folded head, empty for one that is not to be read.
    """
    found = dict[str, list[tuple[int, str]]]()
    for at, label in free:
        bare, unit = head_and_unit(label)
        fields = {field for name, field in names.items() if field in missing and _is_slip(bare, name)}
        if names.get(bare, bare) and len(fields) == 1 and (not unit or converts(unit, missing[min(fields)].unit)):
            found.setdefault(fields.pop(), []).append((at, unit))
    return {field: places[0] for field, places in found.items() if len(places) == 1}


def _is_slip(head: str, name: str) -> bool:
    short, long = sorted((head, name), key=len)
    letters = iter(long)
    near = len(short) >= SHORTEST and len(long) - len(short) <= MOST_SLIPS and short[0] == long[0]  # 地下建筑面积 is no 建筑面积
    return near and all(letter in letters for letter in short)


def by_content(free: Sequence[int], rows: Grid, missing: Mapping[str, Column], contents: Contents) -> dict[str, tuple[int, str]]:
    """Place of ``missing`` columns by what stands in one column only: the labels of a choice, or as ``contents`` tell."""
    choices = {field: {folded(str(label)) for label in one.choices.values()} for field, one in missing.items() if one.kind == CHOICE}
    known: Contents = {field: labels.__contains__ for field, labels in choices.items()}
    known = {**known, **{field: knows for field, knows in contents.items() if field in missing}}
    found = dict[str, list[int]]()
    for at in free:
        texts = [text for row in rows[:LOOKED_AT] if at < len(row) and (text := folded(shown(row[at].value)))]
        for field, knows in known.items():
            if texts and sum(map(knows, texts)) > len(texts) * MOSTLY:
                found.setdefault(field, []).append(at)
    often = Counter(at for places in found.values() for at in places)
    return {field: (places[0], "") for field, places in found.items() if len(places) == 1 and often[places[0]] == 1}


def likeliest(head: str, names: Mapping[str, str]) -> str:
    """The field of the name that is most like a head; empty if none is like it. ``names``: fields by folded head."""
    bare = bare_head(head)
    like = {name: SequenceMatcher(None, bare, name).ratio() for name in names}
    best = max(like, key=lambda name: like[name], default="")
    return names[best] if best and like[best] >= ALIKE else ""
