"""Data shown beside the sections of a self-check report: last year's text and current figures."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assessments.findings.selectors.check import RowFinding, entry_of
from assessments.findings.selectors.plausibility import findings
from assessments.findings.selectors.row_facts import RowCounts
from assessments.plausibility import RowInput, RowState
from assessments.score_page.selectors.table_page import Totals, chapters_of, totals_of
from assessments.score_page.selectors.table_rows import ScoreSheet, control_counts, idle_controls, live_sheet
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.self_checks.report import (
    SECTIONS,
    LiveFigure,
    ReportSection,
    TextChange,
    TextPart,
    dated,
    differences,
    inserted,
    is_stale,
    report_figures,
)
from assessments.self_checks.selectors.stocks import STOOD
from assessments.tables.models import TableVersion
from assessments.tables.rules import sees_live_rows
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.layout_text import LayoutBlock, LayoutKind, layout_blocks, readable_text
from greendistrict.core.memoisation import held_reads

TARGET = "target"


def report_rows(viewer: Viewer, check: SelfCheck) -> list[tuple[str, str]]:
    """Sections of the report: live for the district's people, as frozen for others."""
    if sees_live_rows(viewer.held, check.table):
        return [(section.title, str(check.report.get(section.key, ""))) for section in SECTIONS]
    newest = check.table.versions.order_by("-number").first()
    return [(title, text) for title, text in (newest.content.get("report", ()) if newest else ())]


@dataclass(frozen=True)
class LastReport:
    """Sections, by key, and year of the last received report before a self-check."""

    year: int
    texts: dict[str, str]


def last_report(check: SelfCheck) -> LastReport | None:
    """The newest received report of the district on an earlier year, as frozen; one query."""
    received = SelfCheck.objects.filter(district=check.district_id, year__lt=check.year, status=SelfCheckState.RECEIVED)
    versions = TableVersion.objects.filter(counts=True, table__in=received.values("table")).order_by("-table__year")
    found = versions.values_list("content__year", "content__report").first()
    if found is None:
        return None
    stored = dict(found[1] or ())
    return LastReport(found[0], {one.key: str(stored.get(one.title, "")) for one in SECTIONS})


@dataclass(frozen=True)
class BesideLast:
    """Last year's text of a section and how this year's differs; ``empty``: nothing is written yet."""

    year: int
    text: str
    parts: list[TextPart]
    empty: bool

    @property
    def state(self) -> str:
        """How this year's text differs, in words."""
        unchanged = len(self.parts) == 1 and self.parts[0].change is TextChange.SAME
        return "" if self.empty else "已带入，尚未修改" if unchanged else "改动已标出"


def beside_last(last: LastReport | None, key: str, text: str) -> BesideLast | None:
    """Last year's text of a section compared with this year's; None if there was none."""
    before = last.texts[key] if last else ""
    if last is None or not before.strip():
        return None
    words, now = readable_text(before), readable_text(text if text.strip() else before)
    return BesideLast(last.year, before, differences(words, now), not text.strip())


class OwnFigures:
    """The score table of a self-check, read once for all figures about it."""

    def __init__(self, check: SelfCheck, today: dt.date, found: list[RowFinding] | None = None) -> None:
        self.check, self.today = check, today
        self._found = found

    @cached_property
    def sheet(self) -> ScoreSheet:
        """The live table."""
        return live_sheet(self.check.table)

    @cached_property
    def totals(self) -> Totals:
        """Figures of the score table's bottom bar."""
        return totals_of(self.sheet)

    @cached_property
    def findings(self) -> list[RowFinding]:
        """Findings of the check before submission in the table."""
        return findings(self.check.table, self.today) if self._found is None else self._found

    @property
    def answered(self) -> list[RowInput]:
        """Rows with an answer, as the check before submission reads them, without their files."""
        table, scored, rows = self.check.table, self.sheet.scored, self.sheet.rows
        entries = (entry_of(table, scored, item, rows[item.id], {}) for item in scored.table.items.values() if item.id in rows)
        return [entry for entry in entries if entry.state is RowState.ANSWERED]


def _scores(own: OwnFigures, _today: dt.date) -> str:
    totals = own.totals
    if totals.refusal or not totals.counts.answered:  # a table that nobody filled has no score
        return ""
    views = chapters_of(own.sheet, "")
    chapters = "、".join(f"{chapter.title}{'未填' if chapter.blank else f'{chapter.score}分'}" for chapter in views)
    if own.check.table.building:  # no verdict is drawn from rows that are not built
        planned = f"，预期{totals.planned_total}分" if totals.planned_total else ""
        return f"已实现{totals.total}分{planned}，建设期不作星级结论；各章已实现得分：{chapters}{_left_open(own)}"
    return f"自评总分{totals.total}分，{totals.level}；各章得分：{chapters}{_left_open(own)}"


def _left_open(own: OwnFigures) -> str:
    """What the table does not say yet; every figure that is taken from it says so."""
    words = own.totals.counts.open_words
    return f"；评分表尚有{words}" if words else ""


def _missed(own: OwnFigures, _today: dt.date) -> str:
    missed = [finding for finding in own.findings if finding.rule == TARGET]
    if missed:
        return f"未达年度目标或目标路径{len(missed)}条：{'；'.join(map(_missed_one, missed))}{_left_open(own)}"
    known = sum(entry.filled and entry.target is not None for entry in own.answered)
    return f"{f'有年度目标或目标路径并已填的{known}条没有未达的' if known else '没有可以与年度目标或目标路径比较的条文'}{_left_open(own)}"


def _missed_one(one: RowFinding) -> str:
    reason = "，".join(said for part in re.split(r"[。\n]", one.answer) if (said := part.strip()))
    return f"{one.item_id} {one.title}现值{one.value}，应为{one.limit}，{f'原因：{reason}' if reason else '原因尚未说明'}"


def _controls(own: OwnFigures, _today: dt.date) -> str:
    items, counts, idle = own.sheet.scored.table.items, control_counts(own.sheet), idle_controls(own.sheet)
    failing = [f"{name} {items[name].title}" for name, _chapter in own.totals.failing]
    unsaid = f"{idle}项未启动，不作结论，" if idle else ""
    return f"控制项{counts.count}项参评，{unsaid}{_verdict(counts, failing, idle=bool(idle))}"


def _verdict(counts: RowCounts, failing: Sequence[str], *, idle: bool) -> str:
    """What is known of the control items: those that nobody filled or confirmed are never among those that hold."""
    left = counts.open_words.replace("条", "项")
    if failing:
        return f"不满足{len(failing)}项：{'、'.join(failing)}{f'；{left}' if left else ''}"
    if not left:
        return f"{'其余' if idle else ''}没有不满足的"
    filled = counts.filled + counts.absent
    return f"已填的{filled}项没有不满足的，{left}" if filled else left


# Figures of the score table; they take ``OwnFigures`` instead of the self-check.
OWN = (
    LiveFigure("scores", "章得分", frozenset({"overview", "indicators"}), _scores),
    LiveFigure("missed", "未达目标", frozenset({"indicators", "plan"}), _missed),
    LiveFigure("controls", "控制项", frozenset({"mandatory"}), _controls),
)


def kinds() -> Iterable[LiveFigure]:
    """Every kind of figure, the district's own ones first."""
    yield from OWN
    yield from STOOD
    yield from report_figures


def _said(kind: LiveFigure, own: OwnFigures) -> str:
    return kind.says(own if kind in OWN else own.check, own.today)


@dataclass(frozen=True)
class OfferedFigure:
    """A figure offered for a section: its current sentence as it would be inserted, and whether the text has older numbers."""

    key: str
    label: str
    sentence: str
    dated: str
    used: bool
    stale: bool


def offered_figures(own: OwnFigures, texts: dict[str, str]) -> dict[str, list[OfferedFigure]]:
    """Figures by section, each computed once; the number of queries depends only on the number of kinds."""
    with held_reads():
        return offered_among([(kind, _said(kind, own)) for kind in kinds()], SECTIONS, texts, own.today)


def offered_among(
    said: Iterable[tuple[LiveFigure, str]], sections: Iterable[ReportSection], texts: dict[str, str], today: dt.date
) -> dict[str, list[OfferedFigure]]:
    """Select, from kinds of figures with their sentences, those offered in each section of a report."""
    found: dict[str, list[OfferedFigure]] = {section.key: [] for section in sections}
    for kind, now in said:
        for key, shown in found.items():
            stated = inserted(kind.label, texts.get(key, ""))
            if stated or (now and key in kind.sections):
                stale = any(is_stale(one.text, now) for one in stated)
                shown.append(OfferedFigure(kind.key, kind.label, now, dated(kind.label, now, today), bool(stated), stale))
    return found


def preview_of(text: str) -> list[LayoutBlock]:
    """Layout blocks of a text with a heading, list or table; empty for plain text, which needs no preview."""
    blocks = layout_blocks(text)
    return blocks if any(block.kind != LayoutKind.PARAGRAPH for block in blocks) else []


@dataclass(frozen=True)
class SectionPage:
    """A section as its page shows it."""

    section: ReportSection
    text: str
    problem: str = ""
    last: BesideLast | None = None
    figures: list[OfferedFigure] = field(default_factory=list)

    @property
    def preview(self) -> list[LayoutBlock]:
        """Layout blocks of the section; empty without special layout."""
        return preview_of(self.text)

    @property
    def takes(self) -> bool:
        """Whether last year's text can be copied: only into an empty section."""
        return self.last is not None and not self.text.strip()


def copied_texts(check: SelfCheck) -> list[RowFinding]:
    """Findings for sections that equal last year's text."""
    found = copied_among(last_report(check), SECTIONS, check.report, "自评报告")
    return [RowFinding(words, blocks=False, chapter=key) for key, words in found]


def copied_among(
    last: LastReport | None, sections: Sequence[ReportSection], texts: Mapping[str, str], noun: str
) -> Iterator[tuple[str, str]]:
    """(section, words) of sections that equal last year's text, whose figures and plans are outdated; ``noun`` names the report."""
    for section in sections if last else ():
        text = str(texts.get(section.key, "")).strip()
        if last and text and text == last.texts[section.key].strip():
            yield section.key, f"{noun}“{section.title}”与{last.year}年度的文字相同，请核对年份和数字"


def stale_figures(check: SelfCheck, today: dt.date, found: list[RowFinding] | None = None) -> list[RowFinding]:
    """Findings for figures that changed since they were inserted; only kinds contained in the report are computed."""
    own, texts = OwnFigures(check, today, found), {section.key: str(check.report.get(section.key, "")) for section in SECTIONS}
    stated = [kind for kind in kinds() if any(inserted(kind.label, text) for text in texts.values())]
    with held_reads():
        changed = stale_among([(kind, _said(kind, own)) for kind in stated], SECTIONS, texts, "自评报告")
        return [RowFinding(words, blocks=False, chapter=key) for key, words in changed]


def stale_among(
    said: Iterable[tuple[LiveFigure, str]], sections: Sequence[ReportSection], texts: Mapping[str, str], noun: str
) -> Iterator[tuple[str, str]]:
    """(section, words) of inserted figures that differ from the current ones; ``noun`` names the report."""
    for kind, now in said:
        for section in sections:
            for one in inserted(kind.label, str(texts.get(section.key, ""))):
                if is_stale(one.text, now):
                    yield section.key, f"{noun}“{section.title}”中的{kind.label}数字已变化，现为：{now or '没有数据'}"
