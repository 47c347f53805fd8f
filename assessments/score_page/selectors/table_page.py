"""The score table as a page: chapters with progress and scores, and the totals.

Also here: The district's own result of a table for those who hand up, sign, endorse or accept what rests on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.findings.selectors.check_list import FindingState, state_of
from assessments.findings.selectors.plausibility import checked
from assessments.findings.selectors.row_facts import PROOF, RowCounts, counts_of
from assessments.score_page.selectors.table_rows import ScoreSheet, control_counts, idle_controls, sheet_of
from assessments.tables.models import ScoreTable, TableVersion
from assessments.tables.selectors.scoring import is_short, star_of
from assessments.tables.selectors.tables import sees_table
from districts.common.enums import Star
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.rounding import fixed
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import ChapterRules


@dataclass(frozen=True)
class ChapterView:
    """A line of the chapter list; ``blank``: no row says anything, so that its score is not 0 but unknown."""

    key: str
    number: str
    title: str
    score: str
    planned: str
    filled: int
    count: int
    weight: str
    failing: int
    bonus: bool
    current: bool
    pending: int
    blank: bool

    @property
    def done(self) -> bool:
        """Whether every row is settled."""
        return self.filled == self.count


@dataclass(frozen=True)
class Totals:
    """Figures of the bar at the bottom of the page."""

    total: str
    bonus: str
    level: str
    planned_total: str
    planned_level: str
    counts: RowCounts
    unproven: int
    noted: int
    failing: tuple[tuple[str, str], ...]
    low: tuple[str, ...]
    refusal: str

    @property
    def filled(self) -> int:
        """Number of rows with nothing left to fill in or confirm."""
        return self.counts.settled

    @property
    def count(self) -> int:
        """Number of rows of the table."""
        return self.counts.count

    @property
    def open(self) -> bool:
        """Whether anything is left to fill in, confirm, prove or explain."""
        return bool(self.counts.empty or self.counts.pending or self.unproven or self.noted)

    @property
    def missing(self) -> str:
        """Why there is no total, in words; empty where there is one. What is brought in and waits for confirmation counts in it."""
        return self.refusal or ("" if self.counts.answered or self.counts.pending else "尚未填写，没有总分")


def chapter_named(sheet: ScoreSheet, key: str) -> ChapterRules:
    """Chapter by key or printed number; the first chapter for any other text."""
    chapters = [chapter for chapter in sheet.scored.table.chapters if chapter.items]
    return next((chapter for chapter in chapters if key in (chapter.key, chapter.number)), chapters[0])


def is_chapter(sheet: ScoreSheet, key: str) -> bool:
    """Whether the table has a chapter with that key or number."""
    return key in (chapter_named(sheet, key).key, chapter_named(sheet, key).number)


def chapter_of_item(sheet: ScoreSheet, item_id: str) -> str:
    """Key of an item's chapter; empty if there is none."""
    item = sheet.scored.table.items.get(item_id)
    return item.chapter if item else ""


def chapters_of(sheet: ScoreSheet, current: str) -> list[ChapterView]:
    """The chapter list with progress and scores."""
    scores = {one.key: one for one in sheet.scored.result.chapters} if sheet.scored.result else {}
    planned = {one["key"]: one for one in sheet.planned_result.get("chapters", ())}
    views = []
    for chapter in sheet.scored.table.chapters:
        if not chapter.items:
            continue
        found = scores.get(chapter.key)
        facts = [sheet.facts[item.id] for item in chapter.items]
        counts = counts_of([fact.group for fact in facts])
        views.append(
            ChapterView(
                key=chapter.key,
                number=chapter.number,
                title=chapter.title,
                score="—" if found is None else f"+{fixed(found.obtained)}" if chapter.bonus else fixed(found.score),
                planned=_planned_chapter(planned.get(chapter.key), bonus=chapter.bonus),
                filled=counts.settled,
                count=counts.count,
                weight="" if chapter.bonus else f"{plain(Decimal(chapter.weight.numerator) * 100 / Decimal(chapter.weight.denominator))}%",
                failing=len([fact for fact in facts if fact.fails]),
                bonus=chapter.bonus,
                current=chapter.key == current,
                pending=counts.pending,
                blank=not counts.answered,
            )
        )
    return views


def _planned_chapter(found: Mapping[str, Any] | None, *, bonus: bool) -> str:
    if not found:
        return ""
    return f"+{found['obtained']}" if bonus else str(found["score"])


def totals_of(sheet: ScoreSheet) -> Totals:
    """Figures of the bottom bar."""
    result, planned = sheet.scored.result, sheet.planned_result
    labels = {level.key: level.label for level in sheet.scored.rules.levels}
    facts = list(sheet.facts.values())
    chapters = {chapter.key: chapter.title for chapter in sheet.scored.table.chapters}
    low = [chapters[name] for name in result.blocked_by if name in chapters] if result else []
    return Totals(
        total=fixed(result.total) if result else "—",
        bonus=fixed(result.bonus) if result and result.bonus else "",
        level=_level(labels, result.level if result else None),
        planned_total=str(planned.get("total", "")),
        planned_level=_level(labels, planned.get("level")) if planned else "",
        counts=counts_of([fact.group for fact in facts]),
        unproven=len([fact for fact in facts if fact.unproven]),
        noted=len([fact for fact in facts if fact.marks]),
        failing=tuple([(name, sheet.scored.table.items[name].chapter) for name, one in sheet.facts.items() if one.fails]),
        low=tuple(low),
        refusal=sheet.scored.refusal,
    )


def _level(labels: Mapping[str, str], key: str | None) -> str:
    return labels.get(key or "", "未达星级")


SHOWN = 6  # findings named beside the result; the page of the check lists all
COUNTED = frozenset({*PROOF, "control"})  # findings that have a line of their own


@dataclass(frozen=True)
class OwnResult:
    """Figures of a table as its own page shows them; ``asked`` is the star applied for, None where none is.

    ``version``: the frozen version that the figures are taken from for those who do not see the live rows.
    ``blocking`` and ``noted`` count the open findings of the check before submission.
    ``failing`` and ``named``: clauses to open in the table, each with what is said of it. ``controls``: the control items that take part.
    """

    table: ScoreTable
    version: TableVersion | None
    totals: Totals
    asked: int | None
    reached: int
    failing: list[tuple[str, str]]
    idle_controls: int
    controls: RowCounts
    blocking: int
    noted: int
    named: list[tuple[str, str]]

    @property
    def short(self) -> bool:
        """Whether the table stays below the star applied for; not said while the district is being built."""
        return is_short(self.asked, self.reached) and not self.table.building

    @property
    def asked_words(self) -> str:
        """The star applied for in words."""
        return str(Star(self.asked).label) if self.asked else ""


def own_result(viewer: Viewer, table: ScoreTable, *, asked: int | None = None) -> OwnResult | None:
    """The result as the user sees it on the table's own page; None if the table is not visible to the user."""
    if not viewer.once(sees_table, table.pk):
        return None
    sheet, version = sheet_of(viewer, table)
    items = sheet.scored.table.items
    if version:  # keeps the findings that did not block its submission, with their explanations
        frozen = [one for row in version.content["rows"] for one in row.get("findings", ()) if not one["answer"]]
        noted, blocking = [(one["rule"], one["item_id"], one["text"]) for one in frozen], 0
    else:
        findings = checked(table, viewer.today)[1]
        noted = [(finding.rule, finding.item_id, finding.text) for finding in findings if state_of(finding) is FindingState.OPEN]
        blocking = sum(state_of(finding) is FindingState.BLOCKING for finding in findings)
    return OwnResult(
        table=table,
        version=version,
        totals=(totals := totals_of(sheet)),
        asked=asked,
        reached=star_of(sheet.scored.result),
        failing=[(name, items[name].title) for name, _ in totals.failing],
        idle_controls=idle_controls(sheet),
        controls=control_counts(sheet),
        blocking=blocking,
        noted=len(noted),
        named=[(item_id, text) for rule, item_id, text in noted if rule not in COUNTED][:SHOWN],
    )
