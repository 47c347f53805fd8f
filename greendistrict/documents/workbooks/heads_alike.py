"""Heads that are nearly those of a column: with a unit behind them, with a letter more or less, or told by what stands below them."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from greendistrict.core.folded_keys import folded
from greendistrict.core.unit_names import SIZES, named_unit
from greendistrict.documents.workbooks.columns import CHOICE, Column, head_of
from greendistrict.documents.workbooks.grids import Grid, shown

SHORTEST = 3  # letters of a head that may end a longer one: 规划用地面积 is 用地面积
MOST_SLIPS, MOSTLY, LOOKED_AT = 2, 0.8, 200  # letters more or less, share of values, rows that are looked at
ALIKE = 0.6  # of two heads, for a choice that a person confirms
_PAST = "去年|昨日|期初|年初|月初|同期|上一?个?[年月期次季周日]|(?<![当目])前[次月日期]"
_WHEN = f"{_PAST}|其中|目标|计划|预计"
# Words that make a head another's: of the past; of any time or plan; in a head (地下建筑面积 is no 建筑面积); over a group of heads.
PAST, WHEN = re.compile(_PAST), re.compile(_WHEN)
IN_HEAD, OVER_HEADS = re.compile(f"{_WHEN}|地下|[绿非不未]"), re.compile(f"{_WHEN}|地下|绿(?!色生态|色低碳)|不(?!动产)|[非未]")
Contents = Mapping[str, Callable[[str], bool]]  # whether a folded text is a value of a column, by field
_WITH_UNIT = re.compile(r"(.+?)[(\[【:/,、-]+(?:单位:?)?([^()\[\]【】:]+)[)\]】]*")
_FOOTNOTE = re.compile(r"(?<=[)\]】])(?:\d{1,2}|[*#]+)$")
_ENDS = r":：。;；()（）\[\]【】"  # what ends the units of one 单位：, and what another one behind them is said of
_ABOVE = re.compile(rf"单位[:：]\s*((?:(?![^\s、，,{_ENDS}]*单位[:：])[^{_ENDS}]){{1,40}})")  # up to another 单位： in the same cell
_AMONG = re.compile(r"[、，,\s]+|和|及")
LAND = ("公顷", "亩", "km2")  # units of land, in which nobody writes the floor of a building
MOST_UNIT = 6  # signs of a unit that stands behind a head with nothing between


def bare_head(label: str) -> str:
    """A head as a choice of its column is kept: folded, without the unit behind it."""
    return head_and_unit(label)[0]


def head_and_unit(label: str) -> tuple[str, str]:
    """A head as heads are compared, without the unit behind it, and that unit; empty if it has none."""
    return [*parts_of_head(head_of(label))][-1]


def as_written(label: str, unit: str) -> str:
    """The ``unit`` behind a head (as of ``head_and_unit``) in its own case: MW is not mW."""
    text = normalize("NFKC", label)
    begins = text.lower().rfind(unit)
    return text[begins : begins + len(unit)] if unit and begins >= 0 else unit


def is_others(over: str, name: str, words: re.Pattern[str] = OVER_HEADS) -> bool:
    """Whether ``words`` over a head, and not in its ``name``, make it another's: 上年 over 投资额, but not 计划 over 计划竣工."""
    return any(word not in name for word in words.findall(over))


def parts_of_head(label: str) -> Iterator[tuple[str, str]]:
    """A head as it stands, then without the unit behind it."""
    yield label, ""
    label = _FOOTNOTE.sub("", label)
    if (about := _WITH_UNIT.fullmatch(label)) and named_unit(about[2]).is_known:
        yield about[1], about[2]


@lru_cache(maxsize=4096)
def glued_unit(label: str) -> tuple[tuple[str, str], ...]:
    """A head without a unit that ends it with nothing between, and that unit, in all ways: 用地面积亩, but 长度 as 长 in 度, too."""
    ends = range(max(1, len(label) - MOST_UNIT), len(label))
    return tuple((label[:at], label[at:]) for at in ends if named_unit(label[at:]).is_known)


def head_and_unit_of(label: str, names: Collection[str]) -> tuple[str, str]:
    """As ``head_and_unit``; a unit that ends the head is one where the rest is one of the ``names`` (folded)."""
    bare, unit = head_and_unit(label)
    if unit or bare in names:
        return bare, unit
    return next((one for one in glued_unit(bare) if one[0] in names), (bare, unit))


def units_above(texts: Iterable[Any]) -> list[str]:
    """Units that a title or a note above the heads gives for the figures of the table (单位：亩、万元), as written."""
    said = (_ABOVE.findall(text) for text in texts if isinstance(text, str))
    parts = (part for found in said for one in found for part in _AMONG.split(one))
    return list(dict.fromkeys(part for part in parts if named_unit(part).is_known))


def of_table(units: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Unit of the figures of each column with none of its own by those above the table; several that could be meant stand together.

    ``columns``: units of the columns by field. A column whose own unit is among them has no other.
    """
    found, own = dict[str, str](), {named_unit(unit) for unit in columns.values()}
    for field, unit in columns.items():
        fit = [one for one in units if fits_above(one, unit)]
        if fit and named_unit(unit) not in map(named_unit, fit):
            found[field] = "、".join([one for one in fit if named_unit(one) not in own] or fit)
    return found


def fits_above(unit: str, own: str) -> bool:
    """Whether a unit above several columns can be that of figures whose ``own`` is another."""
    is_floor = named_unit(own).name == "m2"
    return converts(unit, own) and not (is_floor and named_unit(unit).name in LAND)


def converts(unit: str, to: str) -> bool:
    """Whether figures in a unit can be told in another."""
    mine, theirs = named_unit(unit), named_unit(to)
    return mine.name == theirs.name or SIZES.get(mine.name, (0, mine.name))[1] == SIZES.get(theirs.name, (0, theirs.name))[1]


def named(label: str, find: Callable[[str], str | None], units: Mapping[str, str]) -> tuple[str, str, str]:
    """Field that a head names, and the head without its unit, and that unit."""
    for bare, unit in (*parts_of_head(label), *glued_unit(label)):
        if (field := find(bare)) and (not unit or converts(unit, units[field])):
            return field, bare, unit
    return "", "", ""


def ended(names: Mapping[str, str], bare: str) -> str:
    """The field of the longest name that ends a head, with nothing before it that makes it another's; empty if there is none."""
    ends = [name for name in names if len(name) >= SHORTEST and bare.endswith(name)]
    last = max(ends, key=len, default="")
    return "" if is_others(bare.removesuffix(last), "", IN_HEAD) else names.get(last, "")


def near_heads(free: Sequence[tuple[int, str]], names: Mapping[str, str], missing: Mapping[str, Column]) -> dict[str, tuple[int, str]]:
    """Place and unit of ``missing`` columns by a head that has a letter more or less than one of theirs and no other column's.

    ``free``: place and words of each head that names none; ``names``: fields by folded head, empty for one that is not to be read.
    """
    found = dict[str, list[tuple[int, str]]]()
    for at, label in free:
        bare, unit = head_and_unit_of(label, names)
        fields = {field for name, field in names.items() if field in missing and _is_slip(bare, name)}
        if names.get(bare, bare) and len(fields) == 1 and (not unit or converts(unit, missing[min(fields)].unit)):
            found.setdefault(fields.pop(), []).append((at, unit))
    return {field: places[0] for field, places in found.items() if len(places) == 1}


def _is_slip(head: str, name: str) -> bool:
    short, long = sorted((head, name), key=len)
    letters = iter(long)
    near = len(short) >= SHORTEST and len(long) - len(short) <= MOST_SLIPS and short[0] == long[0]  # 地下建筑面积 is no 建筑面积
    return near and not is_others(long, short, IN_HEAD) and all(letter in letters for letter in short)  # 指标目标值 is no 指标值


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
