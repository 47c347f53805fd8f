"""Workbook for offline scoring: an expert's own clauses, without names. XlsxWriter is imported with the first export."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core import signing

from assessments.common.enums import CommentKind, Judgement
from assessments.reviews.clauses import ClauseView
from assessments.reviews.models.review import ExpertScore, PanelMember
from assessments.workbook.build import OPTIONS
from greendistrict.core import clock
from indicators.scoring.numbers import plain

FORMAT = "greendistrict.review/1"
SHEET, GUIDE, MARKS = "评分", "填写说明", "gd"
HEAD_ROW, FIRST_ROW = 2, 3  # counted from 0
COLUMNS = (
    ("key", "键", 8), ("item", "条文号", 9), ("title", "条文", 26), ("reading", "分派", 7), ("rule", "规则", 40), ("value", "申报值", 22),
    ("explanation", "申报说明", 26), ("claimed", "申报", 9), ("judgement", "判断", 8), ("points", "另给分数", 9), ("comment", "意见", 44),
    ("comment_kind", "意见性质", 9),
)  # fmt: skip
AT = {name: column for column, (name, _, _) in enumerate(COLUMNS)}
LABELS = {name: head for name, head, _ in COLUMNS}
FIELDS = ("judgement", "points", "comment", "comment_kind")
WORDS: Mapping[str, Mapping[str, str]] = {
    "judgement": {str(label): str(value) for value, label in Judgement.choices},
    "comment_kind": {str(label): str(value) for value, label in CommentKind.choices},
}
GUIDANCE = (
    "1. 只填白色单元格。灰色单元格锁定，隐藏的列和工作表不要改动；不要增加行，意见须写在条文的行里。",
    "2. “判断”从下拉列表选取：一致为同意申报，不同为不同意申报，存疑为提请评审会讨论。",
    "3. 选“不同”且申报有分数的，填“另给分数”，须是规则的一档，不高于满分。控制项和不参评的条文不填分数。",
    "4. 选“不同”“存疑”的须写意见；意见性质为须修改或建议，不填的按建议计。",
    "5. 填好后在评分页面选“离线评分”导入：先逐格预览，确认后一次写入；提交评分仍在平台办理。",
    "6. 工作簿和评分内容不要交给其他人，不要在其中写姓名。",
)
MOST_LISTED = 255


@dataclass(frozen=True)
class Held:
    """One clause of the workbook: what its reader needs, and the own score as it stands."""

    clause: ClauseView
    score: ExpertScore

    @property
    def content(self) -> dict[str, str]:
        """Own judgement as the cells say it."""
        return content_of(self.score)


def content_of(score: ExpertScore) -> dict[str, str]:
    """Fields of a score as text; points only where they were given, not where they are the claim's."""
    given = score.points if score.judgement == Judgement.DIFFER else None
    return {
        "judgement": score.judgement,
        "points": "" if given is None else plain(given),
        "comment": score.comment,
        "comment_kind": score.comment_kind,
    }


def words_of(name: str, text: str) -> str:
    """Content of a cell in the words of the list it is chosen from."""
    return next((word for word, value in WORDS.get(name, {}).items() if value == text), text)


def book_marks(member: PanelMember) -> list[str]:
    """What the workbook is of: format, review, seat, edition."""
    review = member.review
    return [FORMAT, str(review.pk), str(member.pk), review.table.edition.code]


def score_mark(held: Held) -> list[str]:
    """Clause, version and content as they were when the workbook was made."""
    text = json.dumps(held.content, ensure_ascii=False, sort_keys=True)
    return [held.clause.item.id, str(held.score.version), base64.b64encode(text.encode()).decode()]


def unpacked(mark: str) -> dict[str, str]:
    """Content of a score from its mark. The seal has been checked before."""
    found: dict[str, str] = json.loads(base64.b64decode(mark))
    return found


def seal_of(marks: Sequence[Sequence[str]]) -> str:
    """Signature over everything hidden."""
    return signing.Signer(salt="assessments.score_book").signature(json.dumps([list(mark) for mark in marks], ensure_ascii=False))


def score_book(member: PanelMember, lines: Sequence[Held]) -> bytes:
    """Workbook of a seat."""
    import xlsxwriter  # noqa: PLC0415 -- only who exports pays for it

    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    book.set_properties({"author": "", "company": "", "title": "", "created": clock.now()})
    _Writer(book, member).write(lines)
    book.close()
    return stream.getvalue()


class _Writer:
    """Writes one workbook."""

    def __init__(self, book: Any, member: PanelMember) -> None:
        self.book, self.member = book, member
        base = {"valign": "top", "border": 1, "border_color": "#c9d2da", "text_wrap": True}
        self.grey = book.add_format({**base, "bg_color": "#eef1f4"})
        self.white = book.add_format({**base, "locked": False})
        self.rows, self.guide, self.marks = (book.add_worksheet(name) for name in (SHEET, GUIDE, MARKS))

    def write(self, lines: Sequence[Held]) -> None:
        """Everything."""
        self._head()
        for at, held in enumerate(lines, start=FIRST_ROW):
            self._line(at, held)
        self._lists(len(lines))
        self._guidance()
        marks = [*([text] for text in book_marks(self.member)), *(score_mark(held) for held in lines)]
        for at, mark in enumerate([*marks, [seal_of(marks)]]):
            for column, text in enumerate(mark):
                self.marks.write_string(at, column, text)
        self.rows.protect("", {"format_columns": True, "format_rows": True})
        self.guide.protect()
        self.marks.protect()
        self.marks.hide()

    def _title(self) -> str:
        review = self.member.review
        marks = ["演示数据"] if review.table.district.is_demo else []
        return "　".join(["专家评审", review.subject.get("number", ""), review.subject.get("title", ""), str(self.member), *marks])

    def _head(self) -> None:
        self.rows.write_string(0, 1, self._title(), self.book.add_format({"bold": True, "font_size": 14}))
        self.rows.write_string(1, 1, f"白色单元格可填；填写方法见“{GUIDE}”。")
        bold = self.book.add_format({"bold": True, "border": 1, "text_wrap": True, "bg_color": "#dde6ee"})
        for column, (name, head, width) in enumerate(COLUMNS):
            self.rows.set_column(column, column, width, None, {"hidden": name == "key"})
            self.rows.write_string(HEAD_ROW, column, head, bold)
        self.rows.freeze_panes(FIRST_ROW, AT["title"] + 1)

    def _line(self, at: int, held: Held) -> None:
        clause, data = held.clause, held.clause.data
        said = data.get("exclusion_reason") or data.get("absent_reason") or data.get("explanation", "")
        for name, text in (
            ("key", clause.item.id), ("item", clause.item.id), ("title", clause.item.title), ("reading", clause.reading),
            ("rule", clause.rule), ("value", clause.value), ("explanation", said), ("claimed", clause.claimed),
        ):  # fmt: skip
            self.rows.write_string(at, AT[name], text, self.grey)
        for name in FIELDS:
            locked = name == "points" and not clause.asks_points
            self.rows.write_string(at, AT[name], words_of(name, held.content[name]), self.grey if locked else self.white)
        if clause.options and sum(len(one) + 1 for one in clause.options) <= MOST_LISTED:
            self._choose(at, at, "points", list(clause.options))

    def _lists(self, count: int) -> None:
        last = FIRST_ROW + max(count, 1) - 1
        for name in ("judgement", "comment_kind"):
            self._choose(FIRST_ROW, last, name, list(WORDS[name]))

    def _choose(self, first: int, last: int, name: str, source: list[str]) -> None:
        rule = {"validate": "list", "source": source, "error_title": "请从列表选取", "error_message": "这一格从下拉列表选取。"}
        self.rows.data_validation(first, AT[name], last, AT[name], rule)

    def _guidance(self) -> None:
        self.guide.set_column(0, 0, 110)
        self.guide.write_string(0, 0, f"填写说明　{self._title()}", self.book.add_format({"bold": True, "font_size": 14}))
        wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        for at, words in enumerate(GUIDANCE, start=1):
            self.guide.write_string(at, 0, words, wrap)
