"""Exchange events in the demo: a training and a visit in the past, a future forum, a cancelled seminar."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.workflow.procedure import take
from outreach.common.areas import areas
from outreach.exchange.models import ExchangeEvent
from outreach.exchange.services import events, sign_ups
from outreach.exchange.services.sign_ups import mark, rate
from tools.demo.files import upload
from tools.demo.timing import after, moment

NOTE = "演示活动，不是真实安排。"
TRAINING = {"kind": "training", "title": "绿色生态城区运营管理培训（演示）", "tier": "management", "hours": 6, "circle": "seats"}
VISIT = {"kind": "visit", "title": "屋顶光伏统建统管现场观摩（演示）", "circle": "seats"}
FORUM = {"kind": "forum", "title": "绿色生态城区经验交流论坛（演示）", "circle": "public"}
SEMINAR = {"kind": "seminar", "title": "更新城区指标体系研讨（演示）", "circle": "seats"}
PLAIN = {"summary": NOTE, "place": "演示会议中心（虚构）", "capacity": 30, "sign_up_until": None, "areas": [], "tier": "", "hours": None}


def write(district: District, people: Mapping[str, User], today: dt.date) -> None:
    """Create four events; ``district`` attended the training and may take it over into its ledger."""
    authority, officer = people["authority_bing"], people["city_officer"]
    for words, back in ((TRAINING, 60), (VISIT, 30)):
        begin = moment(today - dt.timedelta(days=back))
        event = _published(words, after(begin, 5).date(), begin, people)
        with clock.at(after(begin, 2)):
            row = sign_ups.sign_up(event=event, by=authority, district=district)
            other = sign_ups.sign_up(event=event, by=people["city_checker"])
        with clock.at(after(begin, 6)):
            _take(event, "hold", officer)
            judged = "按议程进行，交流了做法（演示）。"
            mark(event=event, came=[row.pk, other.pk], evaluation=judged, version=event.version, by=officer)
            rate(row=row, satisfied=True, comment="")
            events.add_material(event=event, upload=upload("数字化平台说明"), title="交流材料（演示）", released=True, by=officer)
            _take(event, "close", officer)
    begin = moment(today - dt.timedelta(days=10))
    area = [one.key for one in areas()][:1]
    _published({**FORUM, "areas": area}, today + dt.timedelta(days=20), begin, people)
    cancelled = _published(SEMINAR, today + dt.timedelta(days=9), begin, people)
    with clock.at(after(begin, 3)):
        _take(cancelled, "cancel", officer, "场地检修，另行安排（演示）")


def _published(words: Mapping[str, Any], on: dt.date, begin: dt.datetime, people: Mapping[str, User]) -> ExchangeEvent:
    officer = people["city_officer"]
    with clock.at(begin):
        made = events.open_event(kind=words["kind"], title=words["title"], by=officer)
        values = {**PLAIN, **words, "starts_on": on, "ends_on": on}
        made = events.save_event(event=made, values=values, version=made.version, by=officer)
        for start, subject in ((9, "情况介绍（演示）"), (10, "讨论交流（演示）")):
            row = {"day": on, "begins": dt.time(start), "ends": dt.time(start + 1), "subject": subject, "speaker": "演示单位"}
            events.add_row(event=made, values=row, by=officer)
    with clock.at(after(begin, 1)):
        _take(made, "publish", people["city_checker"])
    return made


def _take(event: ExchangeEvent, action: str, by: User, reason: str = "") -> None:
    event.refresh_from_db()
    take(obj=event, action=action, by=by, version=event.version, reason=reason)
    event.refresh_from_db()
