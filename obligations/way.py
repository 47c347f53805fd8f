"""Derivation and legal ground of a due date as text."""

import datetime as dt

from greendistrict.core import workdays
from greendistrict.core.days import day_in_words
from greendistrict.policy import parameters
from greendistrict.policy.dates import in_words, nominal_date
from greendistrict.policy.selectors import setting_label, setting_value
from obligations.duties import How

DEFAULT = "（默认值）"
NUMERALS = "一二三四五六七八九"  # first characters of a citation of the policy


def is_default(key: str) -> bool:
    """Whether the setting is unconfirmed."""
    return parameters.load()[key].is_default


def way_by_setting(key: str, year: int, due: dt.date, anchor: str = "") -> How:
    """Derivation of a date given by a setting with the year left open (``Y+1-03-31``)."""
    expression = parameters.load().text(key)
    rule = f"{setting_label(key)}：{in_words(expression)}{DEFAULT if is_default(key) else ''}"
    return How(anchor or f"{year}年度", rule, rolled(nominal_date(expression, year), due))


def way_of_days(anchor: dt.date, what: str, key: str) -> How:
    """Derivation of a date that a setting puts a number of days or months after another day, such as 登记之日."""
    held = parameters.load()[key]
    return How(
        f"{what}{day_in_words(anchor)}", f"{setting_label(key)}：{setting_value(key, held.value)}{DEFAULT if held.is_default else ''}"
    )


def rolled(nominal: dt.date, due: dt.date) -> str:
    """How a rest day was skipped, and a note if the year's holidays are unknown; empty if neither applies."""
    words = f"{day_in_words(nominal)}为休息日，顺延至{day_in_words(due)}" if due != nominal else ""
    if not workdays.current().is_provisional(due.year):
        return words
    unknown = f"{due.year}年节假日安排未公布，暂定"
    return f"{words}；{unknown}" if words else unknown


def ground(cite: str) -> str:
    """Ground of a duty as text: articles of the policy with its title; laws and platform rules as they are."""
    return f"《指导意见》{cite}" if cite[:1] in set(NUMERALS) else cite
