"""Statutory terms with the article that sets them; these are no settings, because the city cannot change them (pure functions)."""

import calendar as months
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from greendistrict.core.days import day_in_words
from greendistrict.core.workdays import WorkCalendar

LAST_MONTH = 12


class TermUnit(StrEnum):
    """Unit of a term."""

    WORKING_DAYS = "个工作日"
    DAYS = "日"
    MONTHS = "个月"


@dataclass(frozen=True)
class StatutoryTerm:
    """A term of days or months from the day after the anchor; if it ends on a rest day, it ends on the next working day.

    ``reading``: how the portal applies an article that is about something else; empty where the article is about the matter itself.
    """

    count: int
    unit: TermUnit
    law: str
    article: str
    reading: str = ""

    def last_day(self, anchor: dt.date, calendar: WorkCalendar) -> dt.date:
        """Last day of the term."""
        if self.unit == TermUnit.WORKING_DAYS:
            return calendar.add(anchor, self.count)
        if self.unit == TermUnit.DAYS:
            return calendar.roll_forward(anchor + dt.timedelta(days=self.count))
        return calendar.roll_forward(months_later(anchor, self.count))

    @property
    def words(self) -> str:
        """Length in words."""
        return f"{self.count}{self.unit.value}"

    @property
    def cite(self) -> str:
        """Law and article."""
        return f"《{self.law}》{self.article}"

    @property
    def ground(self) -> str:
        """Law and article, and whether it is only followed by the portal's reading."""
        return f"参照{self.cite}，本平台理解" if self.reading else self.cite

    def explained(self, anchor: dt.date, what: str) -> str:
        """Start, length and legal basis of the term, in words."""
        return f"自{day_in_words(anchor)}{what}起{self.words}，{self.cite}"


def months_later(day: dt.date, count: int) -> dt.date:
    """Same day ``count`` months later, or the last day of a shorter month."""
    year, month = divmod(day.year * LAST_MONTH + day.month - 1 + count, LAST_MONTH)
    return dt.date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def served_by_notice(noticed: dt.date) -> dt.date:
    """Day on which a paper counts as served that is served by public notice."""
    return noticed + dt.timedelta(days=SERVED_BY_NOTICE.count)


def noticed(served: dt.date) -> dt.date:
    """Day of the public notice by which a paper counts as served on this day."""
    return served - dt.timedelta(days=SERVED_BY_NOTICE.count)


RECONSIDERATION, LITIGATION, DISCLOSURE = "行政复议法", "行政诉讼法", "政府信息公开条例"
# 行政复议法第二十四条: acts of a department of the city are reconsidered by the city's government.
RECONSIDERED_BY, COURT = "上海市人民政府", "有管辖权的人民法院"
INTERPRETATION = "最高人民法院关于适用行政诉讼法的解释"
# Terms of five, seven and ten days in 行政复议法 are working days (第八十八条); days in 行政诉讼法 are calendar days.
ASK_RECONSIDERATION = StatutoryTerm(60, TermUnit.DAYS, RECONSIDERATION, "第二十条")
SUE = StatutoryTerm(6, TermUnit.MONTHS, LITIGATION, "第四十六条")
ANSWER_RECONSIDERATION = StatutoryTerm(10, TermUnit.WORKING_DAYS, RECONSIDERATION, "第四十八条")
ANSWER_SIMPLIFIED = StatutoryTerm(5, TermUnit.WORKING_DAYS, RECONSIDERATION, "第五十四条")  # by the simplified procedure
ANSWER_SUIT = StatutoryTerm(15, TermUnit.DAYS, LITIGATION, "第六十七条")
SUE_AFTER_REVIEW = StatutoryTerm(15, TermUnit.DAYS, LITIGATION, "第四十五条")
APPEAL_JUDGMENT = StatutoryTerm(15, TermUnit.DAYS, LITIGATION, "第八十五条")
APPEAL_RULING = StatutoryTerm(10, TermUnit.DAYS, LITIGATION, "第八十五条")
ANSWER_APPEAL = StatutoryTerm(15, TermUnit.DAYS, INTERPRETATION, "第一百零八条")
# Counted as served then, on any day of the week. The article is about parties of a civil case.
_CIVIL = "该条写的是民事诉讼；其他方式无法送达的决定书、告知书，本平台理解为参照该条公告送达"
SERVED_BY_NOTICE = StatutoryTerm(30, TermUnit.DAYS, "民事诉讼法", "第九十五条", _CIVIL)
HOW_SERVED_BY_NOTICE = f"经过{SERVED_BY_NOTICE.words}视为送达（{SERVED_BY_NOTICE.ground}）"
COMPLETE_DISCLOSURE = StatutoryTerm(7, TermUnit.WORKING_DAYS, DISCLOSURE, "第三十条")
ANSWER_DISCLOSURE = StatutoryTerm(20, TermUnit.WORKING_DAYS, DISCLOSURE, "第三十三条")
EXTEND_DISCLOSURE = StatutoryTerm(20, TermUnit.WORKING_DAYS, DISCLOSURE, "第三十三条")
REPORT_ON_DISCLOSURE = f"《{DISCLOSURE}》第四十九条"  # by 31 January on the year before; its contents in 第五十条
THIRD_PARTY = StatutoryTerm(15, TermUnit.WORKING_DAYS, DISCLOSURE, "第三十二条")  # a third party's opinion, from receipt of the letter
STATUTORY_TERMS = {
    "申请行政复议": ASK_RECONSIDERATION, "提起行政诉讼": SUE, "不服复议决定提起诉讼": SUE_AFTER_REVIEW,
    "行政复议答复": ANSWER_RECONSIDERATION, "行政复议答复，简易程序": ANSWER_SIMPLIFIED, "行政诉讼答辩": ANSWER_SUIT,
    "对判决上诉": APPEAL_JUDGMENT, "对裁定上诉": APPEAL_RULING, "上诉答辩": ANSWER_APPEAL, "公告送达": SERVED_BY_NOTICE,
    "政府信息公开申请补正告知": COMPLETE_DISCLOSURE, "政府信息公开答复": ANSWER_DISCLOSURE, "政府信息公开延长答复": EXTEND_DISCLOSURE,
    "第三方意见": THIRD_PARTY,
}  # fmt: skip
