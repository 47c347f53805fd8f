"""Workbooks of the comparison; each figure with its source, year and state."""

from collections.abc import Iterator, Sequence

from greendistrict.core.rounding import half_up
from greendistrict.documents.list_workbook import Cell, day_of, list_book, mark_of
from portal.comparison.rules import PeerSpread
from portal.comparison.selectors import SCORE, DimensionGroup, DistrictComparison, Peer, PeerQuery

HEADS = (
    ("城区", 34), ("城区类型", 12), ("指标", 34), ("数值", 12), ("单位", 10), ("说明", 16), ("位次", 8), ("四分位", 14), ("标杆", 8),
    ("来源", 26), ("评价标准", 20), ("状态", 12), ("阶段", 10), ("报送日期", 12), ("演示数据", 10),
)  # fmt: skip
NAMES = ("最低", "下四分位", "中位数", "上四分位", "最高")


def five(spread: PeerSpread, places: int = 2) -> list[tuple[str, Cell]]:
    """Named quartiles of a distribution; minimum and maximum only if they may be shown."""
    values = (spread.least, spread.lower, spread.median, spread.upper, spread.most)
    return [(name, half_up(value, places)) for name, value in zip(NAMES, values, strict=True) if value is not None]


def comparison_book(found: DistrictComparison, asked: PeerQuery) -> bytes:
    """Workbook of a comparison: the named districts, then the distribution of each type."""
    rows = [*_lines(found, asked), *_spreads(found, asked)]
    about = found.figure.state if found.figure.standing else asked.found.period.label
    title = f"{about}横向比较：{found.figure.label}（{len(found.lines)}个城区）"
    return list_book("横向比较", title, HEADS, rows, demo=asked.demo)


def _lines(found: DistrictComparison, asked: PeerQuery) -> Iterator[list[Cell]]:
    for group in found.groups:
        for line in group.lines:
            reading, place = line.reading, line.place
            yield [
                line.peer.name,
                group.label,
                found.figure.label,
                reading.number if reading.number is not None else reading.words,
                found.figure.unit,
                reading.note,
                place.rank if place else None,
                place.quarter if place else "",
                "标杆" if line.best else "",
                *_source(line.peer, asked, found.figure.state),
            ]


def _source(peer: Peer, asked: PeerQuery, state: str) -> list[Cell]:
    source, edition = (peer.origin, "") if peer.origin else (f"{asked.found.period.label}{peer.source}", asked.found.edition_words)
    return [source, edition, state, peer.phase, day_of(peer.frozen_at) if peer.frozen_at else None, mark_of(is_demo=peer.is_demo)]


def _spreads(found: DistrictComparison, asked: PeerQuery) -> Iterator[list[Cell]]:
    for group in found.groups:
        if group.spread:
            held = found.figure.held
            source = found.figure.held_in(asked.found.period.year) if held else f"{asked.found.period.label}{SCORE.state}的评分表"
            edition = "" if held else asked.found.edition_words
            for name, value in five(group.spread, found.figure.places):
                head: list[Cell] = [f"{group.label}{name}（{group.spread.count}个城区）", group.label, found.figure.label]
                tail: list[Cell] = ["", None, "", "", source, edition, found.figure.state, "", None, mark_of(is_demo=asked.demo)]
                yield [*head, value, found.figure.unit, *tail]


def dimension_book(groups: Sequence[DimensionGroup], asked: PeerQuery) -> bytes:
    """Workbook of the dimensions: a row per district and dimension, then the distributions."""
    rows = [row for group in groups for row in _dimension_rows(group, asked)]
    return list_book("横向比较", f"{asked.found.period.label}各方面得分", HEADS, rows, demo=asked.demo)


def _dimension_rows(group: DimensionGroup, asked: PeerQuery) -> Iterator[list[Cell]]:
    for peer, scores in group.lines:
        for title, score in zip(group.dimensions, scores, strict=True):
            said: list[Cell] = [score, "分", "" if score is not None else "没有得分", None, "", ""]
            yield [peer.name, group.label, f"{title}得分", *said, *_source(peer, asked, SCORE.state)]
    for title, spread in zip(group.dimensions, group.spreads, strict=True):
        for name, value in five(spread) if spread else ():
            head: list[Cell] = [f"{group.label}{name}（{spread.count if spread else 0}个城区）", group.label, f"{title}得分", value, "分"]
            source = f"{asked.found.period.label}{SCORE.state}的评分表"
            yield [*head, "", None, "", "", source, asked.found.edition_words, SCORE.state, "", None, mark_of(is_demo=asked.demo)]
