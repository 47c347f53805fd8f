"""What a text of a report becomes in its workbook."""

import datetime as dt
from decimal import Decimal

import pytest

from reports.common.book import Percent, typed


@pytest.mark.parametrize(("text", "value"), [
    ("2026年3月1日", dt.date(2026, 3, 1)), ("64.9%", Percent(Decimal("0.649"), 1)), ("-3%", Percent(Decimal("-0.03"), 0)),
    ("+5%", "+5%"), ("1843年11月17日", "1843年11月17日"), ("2026年2月30日", "2026年2月30日"), ("约58.7%", "约58.7%"),
])  # fmt: skip
def test_days_and_percentages_are_values_unless_a_workbook_has_no_such_value(text, value):
    assert typed(text) == value
