"""How far a draft is: what the checks of an edition say of it, chapter by chapter, and the pace so far (pure functions)."""

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from greendistrict.core.toned_words import TonedWord
from indicators.catalogue import EditionVerdict, Parsed, judge, raw_of
from indicators.catalogue.problems import Path, Problem, ProblemCollector
from indicators.editions.workbook.encode import CHAPTERS, COLUMNS, ITEMS
from indicators.entry.numbers import gaps_in, strays_in
from indicators.scoring.numbers import plain

Document = Mapping[str, Any]
EMPTY, UNDER_WAY, WRONG, WHOLE = (
    TonedWord("待录", "line"), TonedWord("录入中", "blue"), TonedWord("有问题", "amber"), TonedWord("完整", "green"),
)  # fmt: skip
NAMES = {
    **{column.field: column.label for column in (*COLUMNS[CHAPTERS], *COLUMNS[ITEMS])},
    "rule": "计分", "value": "取值", "inputs": "比例", "applies": "适用", "basis": "依据", "weight": "权重", "in_force": "施行日期",
    "levels": "星级门槛", "bonus_cap": "加分上限", "code": "编号", "title": "名称", "based_on": "编制依据", "requirement": "条件",
}  # fmt: skip
_PLACE = re.compile(r"chapters\[(\d+)\](?:\.items(?:\[(\d+)\])?)?(?:\.(.+))?")
_SUM = "分值之和"


@dataclass(frozen=True)
class ChapterPlace:
    """What a problem is about: the chapter, the clause (None: the chapter itself) and the field, empty where it is the whole."""

    chapter: int
    item: int | None
    field: str
    is_sum: bool


@dataclass(frozen=True)
class ChapterProgress:
    """How far a chapter is; ``sums`` and ``full`` are points, ``notes`` stand in nobody's way."""

    standing: TonedWord
    entered: int
    expected: int | None
    sums: str
    full: float | None
    faults: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def left(self) -> int:
        """Clauses still to be entered, as far as it is known."""
        return max(0, (self.expected or 0) - self.entered)


@dataclass(frozen=True)
class DraftProgress:
    """How far a draft is: its chapters in order, what is wrong with the rest, the sums of weights by table."""

    parsed: Parsed
    chapters: tuple[ChapterProgress, ...]
    faults: tuple[str, ...]
    weights: tuple[tuple[str, str], ...]

    @property
    def is_whole(self) -> bool:
        """Whether it can be handed to the import."""
        done = bool(self.chapters) and all(one.standing == WHOLE for one in self.chapters)
        return done and self.parsed.verdict is EditionVerdict.CLEAN


@dataclass(frozen=True)
class Pace:
    """The pace so far: ``clauses`` of ``chapters`` whole chapters in ``days`` calendar days, ``left`` clauses to go, in ``more`` days."""

    chapters: int
    clauses: int
    days: int
    left: int
    more: int
    first: dt.date
    last: dt.date


def judged(document: Document, cells: Mapping[Path, str] | None = None) -> Parsed:
    """What the checks of an edition say of a draft; ``cells`` are places by path."""
    return judge(raw_of(dict(document)), ProblemCollector(cells=cells or {}))


def place_in(problem: Problem) -> ChapterPlace | None:
    """The place of a problem inside a chapter; None for one of the whole edition."""
    found = _PLACE.fullmatch(problem.path)
    if not found:
        return None
    field = re.split(r"[.\[]", found[3] or "")[0]
    is_sum = found[2] is None and _SUM in problem.text
    return ChapterPlace(int(found[1]), None if found[2] is None else int(found[2]), field, is_sum)


def in_words(problem: Problem, document: Document) -> str:
    """The text of a problem after the field that it is about."""
    name, text = field_and_text(problem, document)
    return text if not name or name in text else f"{name}：{text}"


def field_and_text(problem: Problem, document: Document) -> tuple[str, str]:
    """The field that a problem is about, empty where it has no name; and its text, with tables by their names instead of keys."""
    text = problem.text
    for kind, stage in product(document["types"], document["stages"]):
        text = text.replace(f"{kind['key']}/{stage['key']} ", f"{kind['label']}{stage['label']}")
    place = place_in(problem)
    field = place.field if place else re.split(r"[.\[]", problem.path)[-1 if "." in problem.path else 0]
    return NAMES.get(field, ""), "未填" if text in {"应为文字", "不能为空"} else text


def progress_of(document: Document, expected: Sequence[int | None]) -> DraftProgress:
    """How far the draft is; ``expected`` are the numbers of clauses that its chapters have by the book."""
    parsed = judged(document)
    chapters = tuple(_chapter(document, at, expected[at], parsed) for at in range(len(document["chapters"])))
    whole = tuple(in_words(problem, document) for problem in parsed.problems if place_in(problem) is None)
    return DraftProgress(parsed, chapters, whole, tuple(_weights(document)))


def _chapter(document: Document, at: int, expected: int | None, parsed: Parsed) -> ChapterProgress:
    chapter = document["chapters"][at]
    items = chapter["items"]
    numbers = [item["id"] for item in items]
    # A sum is looked at once all clauses are there, and a chapter without clauses is no fault.
    is_under_way = expected is not None and len(items) < expected
    said = [text for place, text in _said(document, at, parsed.problems) if (items or place.field) and not (place.is_sum and is_under_way)]
    if expected is None:
        said.append("条文数未填，请照原书的表填写")
    elif len(items) > expected:
        said.append(f"录入{len(items)}条，多于应有的{expected}条")
    notes = [f"编号不连续，缺{'、'.join(gaps)}"] if (gaps := gaps_in(numbers)) else []
    notes += [text for place, text in _said(document, at, parsed.notes) if not (place.is_sum and is_under_way)]
    if strays := strays_in(numbers, chapter["no"]):
        notes.append(f"{'、'.join(strays[:5])}的编号不属于第{chapter['no']}章")
    standing = EMPTY if not items else WRONG if said else UNDER_WAY if is_under_way else WHOLE
    return ChapterProgress(standing, len(items), expected, _sums(document, chapter), chapter["full"], tuple(said), tuple(notes))


def _said(document: Document, at: int, problems: Iterable[Problem]) -> Iterable[tuple[ChapterPlace, str]]:
    """Problems of a chapter with their places, in words, those of a clause after its number."""
    for problem in problems:
        if (place := place_in(problem)) and place.chapter == at:
            item = f"{document['chapters'][at]['items'][place.item]['id']} " if place.item is not None else ""
            yield place, f"{item}{in_words(problem, document)}"


def _sums(document: Document, chapter: Document) -> str:
    """Points of the clauses: one number where all tables agree, otherwise one for each."""
    sums = {
        f"{kind['label']}{stage['label']}": sum(
            (
                Decimal(str(item["points"] or 0))
                for item in chapter["items"]
                if kind["key"] in item["applies"]["types"] and stage["key"] in item["applies"]["stages"]
            ),
            Decimal(0),
        )
        for kind, stage in product(document["types"], document["stages"])
    }
    values = set(sums.values())
    return plain(values.pop()) if len(values) == 1 else "；".join(f"{name}{plain(value)}" for name, value in sums.items())


def _weights(document: Document) -> Iterable[tuple[str, str]]:
    for kind, stage in product(document["types"], document["stages"]):
        shares = [((chapter["weight"] or {}).get(kind["key"]) or {}).get(stage["key"]) for chapter in document["chapters"]]
        known = sum((Decimal(str(share)) for share in shares if share is not None), Decimal(0))
        yield f"{kind['label']}{stage['label']}", plain(known) + ("" if None not in shares else "（未录全）")


def pace_of(done: Sequence[tuple[int, dt.date]], began: dt.date, left: int) -> Pace | None:
    """The pace, from clauses and day of each chapter that became whole; None without such a chapter, or with nothing left."""
    clauses = sum(count for count, _ in done)
    if not clauses or not left:
        return None
    last = max(day for _, day in done)
    days = (last - began).days + 1
    return Pace(len(done), clauses, days, left, math.ceil(left * days / clauses), began, last)
