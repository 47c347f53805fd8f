"""A fictional training of the city: drafted, published and held."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from districts.common.enums import Stage
from greendistrict.core import clock
from outreach.exchange.services import events, sign_ups
from tests.factories.districts import make_district
from tests.files import pdf
from tests.steps import step

TEXT = {
    "kind": "training", "title": "绿色生态城区运营管理培训（虚构）", "summary": "运营管理的做法和经验（虚构）",
    "place": "演示会议中心（虚构）", "capacity": 1, "circle": "public", "sign_up_until": None, "areas": [], "tier": "management",
    "hours": None,
}  # fmt: skip
JUDGED = "组织有序（虚构）"


def day(offset=5):
    return clock.today() + dt.timedelta(days=offset)


def paper(name="讲义.pdf"):
    return SimpleUploadedFile(name, pdf(), content_type="application/pdf")


def make_event(people, starts=5, **more):
    """A complete draft of the city's officer."""
    by = people.city_officer
    made = events.open_event(kind="training", title=TEXT["title"], by=by)
    values = {**TEXT, "starts_on": day(starts), "ends_on": day(starts), **more}
    made = events.save_event(event=made, values=values, version=made.version, by=by)
    row = {"day": values["starts_on"], "begins": dt.time(9), "ends": dt.time(11, 30), "subject": "开班（虚构）", "speaker": "演示单位"}
    events.add_row(event=made, values=row, by=by)
    made.refresh_from_db()
    return made


def published(people, **more):
    return step(make_event(people, **more), "publish", people.city_checker)


def held(people, event, came=()):
    """The event on its day, with who came."""
    with clock.at(dt.datetime.combine(event.starts_on, dt.time(18), clock.SHANGHAI)):
        step(event, "hold", people.city_officer)
        event.refresh_from_db()
        sign_ups.mark(event=event, came=came, evaluation=JUDGED, version=event.version, by=people.city_officer)
        event.refresh_from_db()
    return event


def pilot(people, name="演示培训城区（虚构）"):
    return make_district(people, name=name, stage=Stage.PILOT, titled_on=dt.date(2021, 5, 6))
