"""A completely filled-in fictional reserve project."""

import datetime as dt
from decimal import Decimal

from beautiful.frame.programme import programme
from beautiful.reserves import services
from beautiful.reserves.models import ReserveProject
from beautiful.reserves.screening import screening

POOL = programme().pools[1]
READY = {point.key: "done" for point in screening().readiness}


def filled(**more):
    """What is typed of a project that passes every rule of its library."""
    given = {
        "pool": POOL, "area": "development", "title": "屋顶光伏（虚构）", "key_project": None, "content": "公共建筑屋顶光伏（虚构）",
        "effect": "年发电量见可行性研究报告（虚构）", "starts_on": dt.date(2026, 3, 1), "ends_on": dt.date(2027, 6, 30),
        "fiscal": Decimal("300.00"), "social": Decimal("700.50"), "other": None, "funding_note": "区财政和企业自筹（虚构）",
        "readiness": dict(READY),
    }  # fmt: skip
    return given | more


def make_project(people, by="authority", **more):
    """A project of a body, filled in."""
    user = getattr(people, by)
    body = people.city_body if by == "city_officer" else getattr(people, f"{by}_body")
    made = services.open_project(proposer=body, pool=POOL, area="development", title="屋顶光伏（虚构）", by=user)
    return services.save_project(project=made, values=filled(**more), version=made.version, by=user)


def at(project, status, **more):
    """The project as it stands in another state."""
    ReserveProject.objects.filter(pk=project.pk).update(status=status, **more)
    project.refresh_from_db()
    return project
