"""The workbook for scoring offline, one line per clause and without names; and its import."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import transaction

from assessments.reviews.clauses import ClauseView
from assessments.reviews.columns import SCORE
from assessments.reviews.enums import Judgement
from assessments.reviews.models import ExpertScore, PanelMember
from assessments.reviews.selectors.pool import claim_from
from assessments.reviews.selectors.workspace import clause_of, desk_of
from assessments.reviews.services.scoring import TypedScore, fill_in, open_member
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks.book import GUIDE, Book, Mark, SheetTitle
from greendistrict.documents.workbooks.columns import KEY, SHOWN, TEXT, Column
from greendistrict.documents.workbooks.comparison import Given, settled
from greendistrict.documents.workbooks.sealed import CLAUSE_HEADS, Atom, Line, Sealed, Slot
from indicators.scoring.numbers import plain

BOOK = Book(
    "review",
    "评分",
    "条",
    (
        KEY,
        Column("item", "条文号", SHOWN, 9),
        Column("title", "条文", SHOWN, 26),
        Column("reading", "分派", SHOWN, 7),
        Column("rule", "规则", SHOWN, 40),
        Column("value", "申报值", SHOWN, 22),
        Column("explanation", "申报说明", SHOWN, 26),
        Column("claimed", "申报", SHOWN, 9),
        SCORE["judgement"].book_column(),
        Column("points", "另给分数", TEXT, 9),
        *SCORE.part("comment", "comment_kind").book_columns(),
    ),
    (
        "只填白色单元格。灰色单元格锁定，隐藏的列和工作表不要改动；不要增加行，意见须写在条文的行里。",
        "“判断”从下拉列表选取：一致为同意申报，不同为不同意申报，存疑为提请评审会讨论。",
        "选“不同”且申报有分数的，填“另给分数”，须是规则的一档，不高于满分。控制项和不参评的条文不填分数。",
        "选“不同”“存疑”的须写意见；意见性质为须修改或建议，不填的按建议计。",
        (
            "填好后在评分页面选“离线评分”导入：先逐格预览，确认后一次写入；有不能接受的格时，可以只写入其余条文，其余的标明原因退回。"
            "提交评分仍在平台办理。"
        ),
        "工作簿和评分内容不要交给其他人，不要在其中写姓名。",
    ),
    fixed=3,
    last=(),
    version=2,
)
FIELDS = {column.field: column for column in BOOK.columns if column.kind != SHOWN}
FOREIGN_HEADS = {"item": CLAUSE_HEADS, "points": ("另给分", "给分"), "comment": ("评审意见", "专家意见")}


def _other(words: str, _given: str, _title: str) -> str:
    return f"工作簿是{words}的，请从本页导出"


class ExpertSheet(Sealed):
    """The member's own clauses in reading order, with the own scores."""

    book = BOOK
    no_key = "这一行没有对应的条文，是新插入的行；意见须写在条文的行里"
    unknown_key = unknown_line = "条文“{}”没有分派给您"
    foreign_heads = FOREIGN_HEADS

    def __init__(self, member: PanelMember) -> None:
        desk = desk_of(member)
        self.member, self.review = member, member.review
        self.scores: dict[str, ExpertScore] = {line.item_id: desk.scores[line.item_id] for line in desk.lines}
        self.clauses: dict[str, ClauseView] = {item_id: clause_of(member, score) for item_id, score in self.scores.items()}

    @property
    def title(self) -> SheetTitle:
        """Title: the review and the member's number, no person's name."""
        about, demo = self.review.subject, self.review.table.district.is_demo
        words = ["专家评审", about.get("number", ""), about.get("title", ""), str(self.member), *(["演示数据"] if demo else [])]
        note = self.review.table.edition.use_note
        return SheetTitle("　".join(words), "", more=f"白色单元格可填；填写方法见“{GUIDE}”。{f'{note}。' if note else ''}")

    def marks(self) -> list[Mark]:
        """Identification stored in the file: review, member, edition."""
        own = (str(self.review.pk), "另一项评审"), (str(self.member.pk), "另一位专家"), (self.review.table.edition.code, "另一版标准")
        return [Mark(value, partial(_other, words)) for value, words in own]

    def make_lines(self) -> Iterator[Line]:
        """One line per clause."""
        for key, clause in self.clauses.items():
            data, own = clause.data, {name: getattr(clause, name) for name in ("reading", "rule", "value", "claimed")}
            said = data.get("exclusion_reason") or data.get("absent_reason") or data.get("explanation", "")
            shown = {"key": key, "item": key, "title": clause.item.title, **own, "explanation": said}
            points = replace(FIELDS["points"], choices={one: one for one in clause.options or ()})
            locked = {} if clause.asks_points else {"points": "控制项和不参评的条文不填分数"}
            yield Line(key, key, clause.item.title, shown, {**FIELDS, "points": points}, locked)

    def content(self, row: str) -> Mapping[str, Any]:
        """Fields of a score as text; points only if the expert gave them, not if they are those of the claim."""
        score = self.scores[row]
        given = score.points if score.judgement == Judgement.DIFFER else None
        points = "" if given is None else plain(given)
        return {"judgement": score.judgement, "points": points, "comment": score.comment, "comment_kind": score.comment_kind}

    def version(self, row: str) -> int:
        """Version of a score."""
        return self.scores[row].version

    def atom(self, _line: Line, field: str, content: Mapping[str, Any]) -> Atom:
        """One field of the score."""
        return str(content.get(field, ""))

    def judged(
        self, row: str, after: Mapping[Slot, Atom], changed: Sequence[Slot]
    ) -> tuple[tuple[str, TypedScore], list[tuple[Slot, str]]]:
        """The score after the import, with errors; its fields are checked together."""
        typed = TypedScore(**{name: str(after[row, name] or "") for name in FIELDS})
        try:
            self.fill(ExpertScore(assignment=self.scores[row].assignment), row, typed)
        except Refused as refused:
            return (row, typed), [(changed[0], "；".join(refusal.text for refusal in refused.refusals))]
        return (row, typed), []

    def fill(self, score: ExpertScore, row: str, typed: TypedScore) -> None:
        """Write the typed values into a score object. Raises ``Refused``."""
        fill_in(score, claim_from(row, self.clauses[row].data), typed, self.review)

    def changers(self, rows: Collection[str]) -> Mapping[tuple[str, str], str]:
        """Who changed each field since the export, in words: only the expert can, online."""
        return {(row, name): "导出后在线" for row in rows for name in FIELDS}


def apply_scores(
    *, member: PanelMember, given: Iterable[Given], choices: Mapping[str, str], stamp: str, source: Mapping[str, str], by: User
) -> int:
    """Write the previewed and confirmed changes; returns the number of clauses changed.

    Raises ``NotAllowed``, ``Closed``, ``Stale`` with a new comparison if something changed meanwhile, is undecided or is refused.
    """
    with transaction.atomic():
        review, locked = open_member(member, by)
        sheet = ExpertSheet(locked)
        edits: list[tuple[str, TypedScore]] = settled(sheet, given, choices, stamp).edits
        for item_id, typed in edits:
            score = sheet.scores[item_id]
            sheet.fill(score, item_id, typed)
            score.version, score.changed_at = score.version + 1, clock.now()
            score.save()
        if edits:
            data = {"member": locked.number, "items": sorted(item_id for item_id, _ in edits), "sha256": source.get("sha256", "")}
            audit.record(action="review.import_scores", by=by, obj=review, data=data)
    return len(edits)
