"""Takes some plots of a fictional district through their control tables."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from districts.common.enums import Acquisition
from districts.file.models.district import District
from districts.file.selectors.bodies import bodies_with
from districts.land.green_indicators import design_departments
from districts.plots import guards
from districts.plots.models import OpinionResult, Plot, PlotControl, SupplierLevel
from districts.plots.rules import OFFICES
from districts.plots.selectors.plots import housing_bodies
from districts.plots.services.control import open_control
from districts.plots.services.indicator_values import save_values
from districts.plots.services.opinions import add_check, answer_opinion, ask_opinions
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Post, User
from greendistrict.core import clock
from greendistrict.workflow.procedure import take
from tools.demo.files import upload

REQUIRED = {"carbon": "36", "star": "二星级", "prefab": "45", "renewable": "10", "runoff": "75", "open_green": "是"}
GOOD = {"carbon": "34.5", "star": "三星级", "prefab": "52", "renewable": "11.5", "runoff": "78", "open_green": "是"}
SHORT = {**GOOD, "renewable": "8.6"}
PAPERS = {
    "contract": "出让合同",
    "land_opinion": "土地意见书",
    "allocate": "划拨决定",
    "complete": "竣工验收",
    "complete_short": "竣工验收",
}
GRANTED = frozenset({"070102", "0901", "0902"})  # 出让 for housing and business, 划拨 for other uses
LAND = {Acquisition.GRANT: ("contract",), Acquisition.ALLOCATION: ("land_opinion", "allocate")}


def way_of(plot: Plot) -> Acquisition:
    """How land of this use is acquired: housing and business by 出让, public uses by 划拨."""
    return Acquisition.GRANT if plot.land_use_code in GRANTED else Acquisition.ALLOCATION


def office_of(district: District, departments: Iterable[str]) -> User | None:
    """Somebody of a body of the district with one of the departments; None where nobody has an account."""
    bodies = [body.pk for name in departments for body in bodies_with(district, name)]
    posts = Post.objects.filter(organisation__in=bodies, role__in=[Role.BUREAU, Role.AUTHORITY]).select_related("user")
    post = posts.order_by("pk").first()
    return post.user if post else None


def acquire(plot: Plot, way: Acquisition, day: dt.date, preparer: User, housing: User) -> PlotControl:
    """Conditions requested 45 days before ``day``, answered, included in the contract or land opinion; acquired on ``day``."""
    control = open_control(plot=plot, table=way, by=preparer)
    _ask(control, preparer, housing, day - dt.timedelta(days=45), reply=True)
    for action in LAND[way]:
        earlier = 15 if action == "land_opinion" else 0
        _step(control, preparer, action, day - dt.timedelta(days=earlier))
    return control


def build(plot: Plot, day: dt.date, preparer: User, *, short: bool = False) -> None:
    """Take an acquired plot to completion on ``day``; if ``short``, it is recorded as not meeting its requirements."""
    control = PlotControl.objects.select_related("plot__district").get(plot=plot)
    acquired = control.plot.acquired_on or day
    begun = max(day - dt.timedelta(days=300), acquired + dt.timedelta(days=75))
    _opinions(control.plot, preparer, begun - dt.timedelta(days=60), answer=3)
    _complete(control, preparer, begun, day, short=short)


def control_plots(district: District, preparer: User, housing: User) -> None:
    """Four plots: one waiting for the 住建 body, one for departments, one completed, one not meeting its requirements."""
    rows = district.plots.filter(buildable=True, acquired_on=None, built_on=None).order_by("number")[:4]
    today = clock.today()
    for index, plot in enumerate(rows):
        way = way_of(plot)
        if index == 0:
            _ask(open_control(plot=plot, table=way, by=preparer), preparer, housing, today - dt.timedelta(days=4), reply=False)
            continue
        acquire(plot, way, today - dt.timedelta(days=50 if index == 1 else 420), preparer, housing)
        if index == 1:
            _opinions(plot, preparer, today - dt.timedelta(days=20), answer=1)
        else:
            build(plot, today - dt.timedelta(days=12), preparer, short=index == 3)  # noqa: PLR2004 -- the fourth


def _ask(control: PlotControl, preparer: User, housing: User, day: dt.date, *, reply: bool) -> None:
    body = housing_bodies(control.plot.district, SupplierLevel.DISTRICT)[0]
    _take(control, preparer, "ask", level=SupplierLevel.DISTRICT, organisation=body, on=day)
    if reply:
        number = f"演示住建征〔{day.year}〕{control.plot.number}号"
        required = {f"{key}-required": value for key, value in REQUIRED.items()}
        _take(control, housing, "reply", on=day + dt.timedelta(days=6), number=number, **required)


def _step(control: PlotControl, by: User, action: str, day: dt.date) -> None:
    number = f"演示{PAPERS[action]}〔{day.year}〕{control.plot.number}号" if action in PAPERS else ""
    _take(control, by, action, on=day, number=number)


def _take(control: PlotControl, by: User, action: str, **values: Any) -> None:
    """A step by its office, with the file that it needs; where no office has an account, ``by`` records it as 补录."""
    departments = OFFICES[action][1] if action in OFFICES else ()
    own = office_of(control.plot.district, departments)
    if action in guards.PAPERS or (departments and own is None):
        values["upload"] = upload(guards.PAPERS.get(action, guards.PROOF))
    if departments and own is None:
        values |= {"backfill": True, "backfill_reason": "该部门尚未开通账号（演示）"}
    by = own or by
    take(obj=control, action=action, by=by, version=control.version, values=values)


def _opinions(plot: Plot, by: User, day: dt.date, *, answer: int) -> None:
    made = ask_opinions(plot=plot, departments=design_departments()[0], by=by, on=day)
    for opinion in made[:answer]:
        number = f"演示{opinion.department}函〔{day.year}〕{plot.number}号"
        answer_opinion(
            opinion=opinion,
            result=OpinionResult.AGREED,
            text="",
            number=number,
            by=by,
            on=day + dt.timedelta(days=6),
            upload=upload("部门意见复函"),
        )


def _complete(control: PlotControl, by: User, begun: dt.date, day: dt.date, *, short: bool) -> None:
    built = SHORT if short else GOOD
    values = {key: {"designed": GOOD[key], "built": built[key]} for key in GOOD}
    save_values(plot=control.plot, values=values, version=None, by=by)
    ends = {"pass_design": begun - dt.timedelta(days=45), "pass_drawings": begun - dt.timedelta(days=20), "begin": begun,
            "finish": max(day - dt.timedelta(days=30), begun + dt.timedelta(days=30)),
            "complete_short" if short else "complete": day}  # fmt: skip
    for action, on in ends.items():
        _step(control, by, action, on)
    held = "not_held" if short else "held"
    text = "可再生能源替代率低于要求" if short else ""
    opinion = upload("竣工验收审查意见")
    add_check(plot=control.plot, stage="completion", department="建设交通", result=held, text=text, by=by, on=day, upload=opinion)
