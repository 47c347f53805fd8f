"""Fictional city figures by area, one of them withdrawn."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from beautiful.area_indicators import services
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.workflow import second_person
from tools.demo.timing import moment

SOURCE = "演示年鉴（虚构）"
RIGHT = "61.5"


def write(people: Mapping[str, User], today: dt.date) -> None:
    """Enter the figures, which are invented and marked as such."""
    officer = people["city_officer"]
    with clock.at(moment(today - dt.timedelta(days=50))):
        year = clock.today().year - 1
        for name, value in (("演示绿色生活参与率（虚构）", RIGHT), ("演示误录指标（虚构）", "999")):
            given = {"name": name, "unit": "%", "year": year, "value": Decimal(value), "source": SOURCE, "is_demo": True}
            made = services.record_figure(area="culture", values=given, by=officer, explanation="按年鉴录入（演示）")
            if value == RIGHT:
                second_person.check(row=made, by=people["city_checker"])
        services.withdraw_figure(figure=made, reason="录错（演示）", by=officer)
