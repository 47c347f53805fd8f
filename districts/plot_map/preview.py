"""Shapes of plots before they are stored: how they lie to the boundary, to each other and to the list, and what is asked (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from districts.boundaries.geometry.reader import PlotsLook, ReadPlot
from districts.boundaries.preview import (
    NEAR,
    OutlinePreview,
    apart_words,
    choices_of,
    gap_percent,
    layers_of,
    named,
    offered_layers,
    share_words,
)
from greendistrict.core.folded_keys import visible
from greendistrict.core.rounding import fixed

ROUNDED = Decimal("0.01")  # hectares: as exactly as lists of plots have them
ROWS = 20
ALL = 0.9995  # of a plot, which reads as 100.0%


@dataclass(frozen=True)
class Surroundings:
    """What the shapes of a file are compared with: boundary, stored shapes by number, and the list's number by that in the file."""

    edge: dict[str, Any] | None
    stored: Mapping[str, dict[str, Any]]
    listed: Mapping[str, str]


def plots_preview(
    looked: PlotsLook,
    areas: Mapping[str, Decimal | None],
    around: Surroundings,
    *,
    digest: str,
    asked_with: Sequence[str],
) -> OutlinePreview:
    """Preview of the shapes of a file; ``areas``: hectares of the listed plots by the number in the file."""
    known = [one for one in looked.plots if one.number in around.listed]
    gaps = {one.number: words for one in known if (words := _gap(one, areas[one.number]))}
    drawn = [(one.geometry, around.stored[around.listed[one.number]]) for one in known if around.listed[one.number] in around.stored]
    same = sum(new == present for new, present in drawn)
    odd = _odd_pairs(looked, around)
    oddities = [
        *_outside(looked, around),
        *([f"图形面积与地块清单相差超过{NEAR}%：{named([f'{number}（{words}）' for number, words in gaps.items()])}"] if gaps else []),
        *(f"{words}：{named(found)}" for words, found in odd.items() if found),
        *_moved(looked, around),
    ]
    pairs = [*looked.same, *((one, two) for one, two, _ in looked.overlaps)]
    paired = {number for pair in pairs for number in pair}
    marked = {*gaps, *paired, *(number for number, _, _ in looked.outside)}
    frame, layers = layers_of(_shapes(looked, known, around, marked))
    facts = [("轮廓", f"{len(looked.plots)}个，清单中有的{len(known)}个")]
    facts += [("替换", f"{len(drawn) - same}个已有图形，换成新的，原来的留在历史中")] if len(drawn) > same else []
    facts += [("不变", f"{same}个与已登记的图形相同")] if same else []
    rows = tuple(_row(one, areas[one.number]) for one in sorted(known, key=lambda one: one.number not in marked)[:ROWS])
    return OutlinePreview(
        facts=tuple(facts), oddities=tuple(map(visible, oddities)), choices=choices_of(looked.offers),
        reading=looked.reading, has_to_choose=looked.asked, frame=frame, layers=layers, digest=digest, asked_with=tuple(asked_with),
        rows=rows, notes=tuple(_notes(looked, known)),
    )  # fmt: skip


def _gap(plot: ReadPlot, listed: Decimal | None) -> str:
    """Drawn and listed hectares where they differ by more than what nobody needs to look at."""
    gap = gap_percent(plot.area_ha, listed)
    if gap is None or listed is None or abs(gap) <= NEAR or abs(plot.area_ha - listed) <= ROUNDED:
        return ""
    return f"图形{fixed(plot.area_ha)}公顷，清单{fixed(listed)}公顷"


def _outside(looked: PlotsLook, around: Surroundings) -> list[str]:
    out = [(number, share, metres) for number, share, metres in looked.outside if number in around.listed]
    far = [f"{number}（{apart_words(metres)}）" for number, share, metres in out if share >= 1]
    partly = [f"{number}（{share_words(share) if share < ALL else '几乎全部'}在外）" for number, share, _ in out if share < 1]
    return [
        *([f"不在规划范围内：{named(far)}"] if far else []),
        *([f"部分不在规划范围内：{named(partly)}"] if partly else []),
    ]


def _odd_pairs(looked: PlotsLook, around: Surroundings) -> dict[str, list[str]]:
    def is_listed(*numbers: str) -> bool:
        return all(number in around.listed or number in around.stored for number in numbers)

    return {
        "两个编号的图形相同": [f"{one}与{two}" for one, two in looked.same if is_listed(one, two)],
        "图形相互重叠": [f"{one}与{two}（占小的一块{share_words(share)}）" for one, two, share in looked.overlaps if is_listed(one, two)],
    }


def _moved(looked: PlotsLook, around: Surroundings) -> list[str]:
    moved = [f"{number}（{apart_words(metres)}）" for number, metres in looked.moved if number in around.listed]
    return [f"新图形与原图形不重叠：{named(moved)}"] if moved else []


def _shapes(looked: PlotsLook, known: Sequence[ReadPlot], around: Surroundings, marked: set[str]) -> list[tuple[str, Any, str]]:
    drawn = {around.listed[one.number] for one in known}
    staying = [geometry for number, geometry in around.stored.items() if number not in drawn]
    plain, odd = ([one.geometry for one in known if (one.number in marked) is is_odd] for is_odd in (False, True))
    return [
        *([("edge-known", around.edge, "规划范围")] if around.edge else []),
        ("plot plot-kept", staying, "其他已有图形的地块"),
        *offered_layers(looked.offers, looked.reading),
        ("plot-building", plain, "上传的图形"),
        ("plot-unchecked", odd, "须核对的图形"),
    ]


def _row(plot: ReadPlot, listed: Decimal | None) -> tuple[str, str]:
    told = f"，清单{fixed(listed)}公顷" if listed is not None else ""
    return plot.number, f"图形{fixed(plot.area_ha)}公顷{told}"


def _notes(looked: PlotsLook, known: Sequence[ReadPlot]) -> list[str]:
    held = {one.number for one in known}
    unknown = [one.number for one in looked.plots if one.number not in held]
    notes = [f"地块清单里没有、不登记：{named(unknown)}"] if unknown else []
    if looked.left_out:
        without = f"；其中没有面的编号：{named(looked.without_area)}" if looked.without_area else ""
        kinds = "多段线的图形（圆、填充、样条、直线或图块）" if looked.format == "DXF" else "面的要素（点、线或没有图形）"
        notes.append(f"略去{looked.left_out:,}个不是{kinds}{without}")
    if len(known) > ROWS:
        notes.append(f"先列须核对的，共列{ROWS}个")
    return notes
