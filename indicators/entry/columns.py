"""Lists of the pages of guided entry, of records that the views make."""

from typing import Any, NamedTuple

from greendistrict.columns.declared import Columns
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, MomentColumn, PersonColumn, StateColumn
from indicators.comparison.comparison import rule_text
from indicators.editions.workbook.encode import ITEM_KINDS
from indicators.entry.models import DraftChapter, EntryDraft
from indicators.entry.progress import WHOLE, ChapterProgress, DraftProgress
from indicators.entry.rows import LABELS, EntryFault, Item

MOST_SAID = 3


def _shown(label: str, name: str, css: str = "") -> ComputedColumn:
    return ComputedColumn(label, lambda row, _today: getattr(row, name), (name,), css=css)


class DraftLine(NamedTuple):
    """A draft in the list of drafts."""

    pk: int
    name: str
    whole: str
    entered: str
    changed_at: Any
    changed_by_named: str
    handed_at: Any

    @classmethod
    def of(cls, draft: EntryDraft, progress: DraftProgress) -> "DraftLine":
        """The line of a draft."""
        entered = sum(chapter.entered for chapter in progress.chapters)
        whole = sum(chapter.standing == WHOLE for chapter in progress.chapters)
        chapters = f"{whole}/{len(progress.chapters)}"
        by: str = getattr(draft, "changed_by_named")  # noqa: B009 -- the field adds it
        return cls(draft.pk, str(draft), chapters, str(entered), draft.changed_at, by, draft.handed_at)


class ChapterLine(NamedTuple):
    """A chapter in the list of chapters."""

    pk: int
    name: str
    kind: str
    standing: str
    clauses: str
    points: str
    said: str

    @classmethod
    def of(cls, chapter: DraftChapter, state: ChapterProgress) -> "ChapterLine":
        """The line of a chapter: what is wrong with it, and what should be looked at."""
        faults = state.faults
        said = [*faults[:MOST_SAID], *(f"提示：{note}" for note in state.notes[:MOST_SAID])]
        if len(faults) > MOST_SAID:
            said.append(f"等{len(faults)}处，见章页")
        kind = "加分章" if chapter.facts["kind"] == "bonus" else ""
        expected, full = ("未填" if one is None else one for one in (state.expected, state.full))
        return cls(chapter.pk, str(chapter), kind, state.standing, f"{state.entered}/{expected}", f"{state.sums}/{full}", "；".join(said))


class ClauseLine(NamedTuple):
    """A clause in the list of a chapter, or of what would be written."""

    id: str
    title: str
    requirement: str
    kind: str
    points: str
    rule: str
    fresh: str

    @classmethod
    def of(cls, item: Item, fresh: str = "") -> "ClauseLine":
        """The line of a clause."""
        points = "无" if item["kind"] == "control" else "未录入" if item["points"] is None else str(item["points"])
        return cls(item["id"], item["title"], item["requirement"], ITEM_KINDS[item["kind"]], points, rule_text(item), fresh)


DRAFTS = ListTable(
    Columns(
        EntryDraft,
        name=_shown("标准", "name"),
        whole=_shown("完整的章", "whole", "gd-num"),
        entered=_shown("已录条文", "entered", "gd-num"),
        changed_at=MomentColumn(),
        changed_by=PersonColumn(),
        handed_at=MomentColumn(label="待核对版本", empty="未生成"),
    ),
    "name", "whole", "entered", "changed_at+changed_by", "handed_at", caption="正在录入的标准",
)  # fmt: skip
CHAPTERS = ListTable(
    Columns(
        ChapterLine,
        name=_shown("章", "name"),
        kind=_shown("种类", "kind"),
        standing=StateColumn(label="状态"),
        clauses=_shown("条文", "clauses", "gd-num"),
        points=_shown("分值之和", "points", "gd-num"),
        said=_shown("问题和提示", "said"),
    ),
    "name+kind", "standing", "clauses", "points", "said", caption="各章",
)  # fmt: skip
CLAUSES = ListTable(
    Columns(
        ClauseLine,
        id=_shown(LABELS["id"], "id", "gd-nowrap"),
        fresh=_shown("改动", "fresh"),
        title=_shown(f"{LABELS['title']}和{LABELS['requirement']}", "title"),
        requirement=_shown(LABELS["requirement"], "requirement"),
        kind=_shown(LABELS["kind"], "kind", "gd-nowrap"),
        points=_shown(LABELS["points"], "points", "gd-num"),
        rule=_shown(LABELS["rule"], "rule"),
    ),
    "id+fresh", "title+requirement", "kind", "points", "rule", caption="条文", key="id",
)  # fmt: skip
FAULTS = ListTable(
    Columns(
        EntryFault,
        where=_shown("位置", "where", "gd-nowrap"),
        number=_shown(LABELS["id"], "number", "gd-nowrap"),
        label=_shown("列", "label", "gd-nowrap"),
        text=_shown("错误", "text"),
    ),
    "where", "number", "label", "text", caption="错误", key="where",
)  # fmt: skip
