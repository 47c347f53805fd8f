"""The day that obligations are asked for, and derivation and legal ground of a due date as text."""

import datetime as dt
from functools import cached_property
from typing import NamedTuple

from greendistrict.accounts.viewer import Viewer
from greendistrict.core import workdays
from greendistrict.core.days import day_in_words
from greendistrict.policy import parameters
from greendistrict.policy.dates import TermSettings, in_words, nominal_date
from greendistrict.policy.duty_table import DutyKind
from greendistrict.policy.layers import Layer, layers_of
from greendistrict.policy.parameters import first_day_in_use
from greendistrict.policy.selectors import setting_label, setting_value

DEFAULT = "（默认值）"
KEPT = dt.timedelta(days=365)  # obligations met longer ago are not listed, but counted in the plan of their year
NUMERALS = "一二三四五六七八九"  # first characters of a citation of the policy


class How(NamedTuple):
    """Derivation of a due date as text; parts that do not apply are empty.

    ``anchor``: the day it counts from; ``rule``: the setting or rule applied; ``rolled``: how a rest day was skipped; ``extended``: the
    decision, stopped clock or outage that moved it.
    """

    anchor: str = ""
    rule: str = ""
    rolled: str = ""
    extended: str = ""


NO_WORDS = How()


class Day:
    """The day asked about, any one past or future, with settings and working days read once; and today."""

    def __init__(self, on: dt.date, today: dt.date, since: dt.date | None = None) -> None:
        self.on, self.today = on, today
        self.since = min(since or on, on - KEPT)  # earliest day on which a listed obligation may have been met
        self._rules: dict[str, str] = {}

    @classmethod
    def of(cls, viewer: Viewer, since: dt.date | None = None) -> "Day":
        """The day that somebody asks about; with what was met ``since`` a day, where that is more than a year ago."""
        return cls(viewer.as_of, viewer.today, since)

    @property
    def past(self) -> dt.date | None:
        """The day, if it is over: then titles and records are those of its decisions and steps, not those of their rows."""
        return self.on if self.on < self.today else None

    @cached_property
    def terms(self) -> TermSettings:
        """Settings and working days."""
        return TermSettings(parameters.load(), workdays.current())

    @cached_property
    def first(self) -> dt.date:
        """First day in use."""
        return first_day_in_use()

    def how(self, anchor: dt.date, what: str, key: str, extended: str = "") -> How:
        """Derivation of a term by the setting ``key``, counted from the day on which ``what`` happened."""
        return How(f"{day_in_words(anchor)}{what}", self.rule(key), "", extended)

    @staticmethod
    def words(day: dt.date) -> str:
        """A day as text."""
        return day_in_words(day)

    def rule(self, key: str) -> str:
        """Setting as text, marked 默认值 until confirmed."""
        if key not in self._rules:
            held = self.terms.settings[key]
            self._rules[key] = f"{setting_label(key)}{setting_value(key, held.value)}{DEFAULT if held.waits else ''}"
        return self._rules[key]

    def is_default(self, key: str) -> bool:
        """Whether the setting is the portal's own and not yet confirmed."""
        return self.terms.settings[key].waits


def is_default(key: str) -> bool:
    """Whether the setting is the portal's own and unconfirmed."""
    return parameters.load()[key].waits


def way_by_setting(key: str, year: int, due: dt.date, anchor: str = "") -> How:
    """Derivation of a date given by a setting with the year left open (``Y+1-03-31``)."""
    expression = parameters.load().text(key)
    rule = f"{setting_label(key)}：{in_words(expression)}{DEFAULT if is_default(key) else ''}"
    return How(anchor or f"{year}年度", rule, rolled(nominal_date(expression, year), due))


def way_of_days(anchor: dt.date, what: str, key: str) -> How:
    """Derivation of a date that a setting puts a number of days or months after another day, such as 登记之日."""
    held = parameters.load()[key]
    return How(f"{what}{day_in_words(anchor)}", f"{setting_label(key)}：{setting_value(key, held.value)}{DEFAULT if held.waits else ''}")


def rolled(nominal: dt.date, due: dt.date) -> str:
    """How a rest day was skipped, and a note if the year's holidays are unknown; empty if neither applies."""
    words = f"{day_in_words(nominal)}为休息日，顺延至{day_in_words(due)}" if due != nominal else ""
    if not workdays.current().is_provisional(due.year):
        return words
    unknown = f"{due.year}年节假日安排未公布，暂定"
    return f"{words}；{unknown}" if words else unknown


# What of a duty in a reading of its clause is the portal's own, where that is not the filing.
BEYOND_TEXT = {
    ("self_check", "OPERATE-REPORT"): "每年一次、附自评分表和期限",
    ("inspection_visit", "SUPERVISION"): "由市住房城乡建设管理委按计划组织和期限",
}


def ground(cite: str, kind: DutyKind) -> str:
    """Ground of a duty as text: articles of the policy with its title; laws and platform rules as they are.

    Of a clause that asks for less than the portal does, its own words and what is not in them.
    """
    named = f"《指导意见》{cite}" if cite[:1] in set(NUMERALS) else cite
    if cite != kind.cite or layers_of(kind).duty is not Layer.READING:
        return named
    own = BEYOND_TEXT.get((kind.key, kind.rule)) or ("报送和期限" if kind.is_filed else "登记和期限")
    return f"{named}“{kind.words}”，{own}按平台规则"
