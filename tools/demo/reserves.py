"""Fictional projects of the reserve libraries: one held, one waiting for its screening, one draft."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from beautiful.frame.programme import programme
from beautiful.reserves import services
from beautiful.reserves.models import ReserveProject
from beautiful.reserves.screening import screening
from districts.projects.models import KeyProject
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock
from greendistrict.workflow.procedure import take
from tools.demo.timing import after, moment

Bodies = Mapping[str, Organisation]
People = Mapping[str, User]
CENTRAL, FINANCE, CLIMATE = programme().pools
NOTE = "演示材料，金额为虚构"


def write(bodies: Bodies, people: People, today: dt.date) -> None:
    """Create the projects; the held one is linked to a fictional key project if there is one."""
    begin, officer = moment(today - dt.timedelta(days=60)), people["city_officer"]
    linked = KeyProject.objects.filter(district__is_demo=True, district__authorities__code="demo-jia").select_related("district").first()
    with clock.at(begin):
        about = {"pool": FINANCE, "area": "development", "title": "片区屋顶光伏统建（演示）"}
        money = {"fiscal": Decimal(320), "social": Decimal(1480)}
        roofs = _written(bodies["demo-jia"], people["authority"], about, key_project=linked, **money)
        _take(roofs, "submit", people["authority"])
    with clock.at(after(begin, 4)):
        _take(roofs, "admit", officer)
    with clock.at(moment(today - dt.timedelta(days=6))):
        about = {"pool": CENTRAL, "area": "ecology", "title": "演示湿地修复（演示）"}
        wetland = _written(bodies["demo-bing"], people["authority_bing"], about, fiscal=Decimal(2600))
        _take(wetland, "submit", people["authority_bing"])
    with clock.at(moment(today - dt.timedelta(days=1))):
        services.open_project(
            proposer=bodies["demo-yi"], pool=CLIMATE, area="technology", title="园区碳管理平台（演示）", by=people["authority_yi"]
        )


def _written(body: Organisation, by: User, about: Mapping[str, str], **more: Any) -> ReserveProject:
    made = services.open_project(proposer=body, by=by, **about)
    year = clock.today().year
    values = {
        **about,
        "key_project": None,
        "content": "建设内容为虚构（演示）",
        "effect": "效益为虚构（演示）",
        "starts_on": dt.date(year, 3, 1),
        "ends_on": dt.date(year + 1, 12, 31),
        "fiscal": None,
        "social": None,
        "other": None,
        "funding_note": NOTE,
        "readiness": {point.key: "done" for point in screening().readiness},
        **more,
    }
    return services.save_project(project=made, values=values, version=made.version, by=by)


def _take(project: ReserveProject, action: str, by: User) -> None:
    project.refresh_from_db()
    take(obj=project, action=action, by=by, version=project.version)
