"""Public opinions in the demo: one answered with a published summary, one waiting for its answer."""

import datetime as dt

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core import clock
from outreach.opinions import services
from outreach.opinions.services import OpinionWords
from tools.demo.timing import after, moment

NOWHERE = "192.0.2.2"  # reserved for examples, RFC 5737


def write(answered: District, waiting: District, officer: User, today: dt.date) -> None:
    """An anonymous opinion on each of two districts."""
    begin = moment(today - dt.timedelta(days=26))
    with clock.at(begin):
        words = OpinionWords("建议滨水绿道增加夜间照明（演示）", may_publish=True, areas=("habitat",))
        first = services.file_opinion(words=words, address=NOWHERE, district=answered).opinion
    with clock.at(after(begin, 6)):
        first = services.answer_opinion(opinion=first, by=officer, reply="已列入明年绿道改造项目，优先安排照明（演示）")
        services.publish_opinion(
            opinion=first, by=officer, summary="绿道增加夜间照明（演示）", answer_summary="已列入明年绿道改造项目（演示）"
        )
    with clock.at(moment(today - dt.timedelta(days=3))):
        services.file_opinion(words=OpinionWords("施工围挡占用慢行道（演示）"), address=NOWHERE, district=waiting)
