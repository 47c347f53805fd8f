"""Published scores of demo districts: two self-checks and one final acceptance; one that was withdrawn."""

import datetime as dt

from assessments.common.enums import Purpose
from assessments.score_releases import services
from assessments.score_releases.selectors import scores_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from tools.demo.timing import moment

BASIS = "演示会议纪要（虚构）"
OWN = "自评得分，由城区填报（演示）"


def release(shown: str, withdrawn: str, officer: User, today: dt.date) -> None:
    """The officer publishes the scores of ``shown``, and by mistake that of ``withdrawn``, which is withdrawn again."""
    begin = moment(today - dt.timedelta(days=21))
    with clock.at(begin):
        found = scores_visible_to(Viewer(officer)).order_by("pk")
        for version in found.filter(table__district__name=shown, table__purpose__in=(Purpose.SELF_CHECK, Purpose.ACCEPTANCE)):
            note = OWN if version.table.purpose == Purpose.SELF_CHECK else ""
            services.release(version=version, basis=BASIS, note=note, by=officer)
        mistaken = found.filter(table__district__name=withdrawn, table__purpose=Purpose.SELF_CHECK)[0]
        services.release(version=mistaken, basis=BASIS, by=officer)
    with clock.at(begin + dt.timedelta(hours=2)):
        services.withdraw(version=mistaken, reason="公开的城区有误（演示）", by=officer)
