"""A few plots of a fictional district on their way through the control tables, through the services."""

import datetime as dt

from districts.enums import Acquisition, Level, OpinionResult
from districts.greenindicators import design_departments
from districts.models import District, Plot, PlotControl
from districts.selectors.plots import housing_bodies
from districts.services.plotcontrol import Step, ask_conditions, open_control, reply_conditions, take_step
from districts.services.plotopinions import add_check, answer_opinion, ask_opinions
from districts.services.plotvalues import save_values
from greendistrict.accounts.models import User
from greendistrict.core import clock

REQUIRED = {"carbon": "36", "star": "二星级", "prefab": "45", "renewable": "10", "runoff": "75", "open_green": "是"}
GOOD = {"carbon": "34.5", "star": "三星级", "prefab": "52", "renewable": "11.5", "runoff": "78", "open_green": "是"}
SHORT = {**GOOD, "renewable": "8.6"}
BUILDING = ("pass_design", "pass_drawings", "begin", "finish")
LAND = {Acquisition.GRANT: ("contract",), Acquisition.ALLOCATION: ("land_opinion", "allocate"), Acquisition.OWN: ("land_opinion",)}


def control_plots(district: District, preparer: User, housing: User) -> None:
    """Four plots: one waits for the 住建 body, one for departments, one complete, one found short."""
    rows = district.plots.filter(buildable=True, acquired_on=None, built_on=None).order_by("number")[:4]
    days = [clock.today() - dt.timedelta(days=back) for back in (4, 60, 300, 300)]
    ways = (Acquisition.GRANT, Acquisition.GRANT, Acquisition.ALLOCATION, Acquisition.OWN)
    for index, (plot, day, way) in enumerate(zip(rows, days, ways, strict=False)):
        control = open_control(plot=plot, table=way, by=preparer)
        _ask(control, preparer, housing, day, reply=index > 0)
        if index == 1:
            _step(control, preparer, "contract", day)
            _opinions(plot, preparer, day, answer=1)
        elif index > 1:
            _complete(plot, control, preparer, day, short=index == 3)  # noqa: PLR2004 -- the fourth


def _ask(control: PlotControl, preparer: User, housing: User, day: dt.date, *, reply: bool) -> None:
    body = housing_bodies(control.plot.district, Level.DISTRICT)[0]
    opinion = ask_conditions(control=control, level=Level.DISTRICT, organisation=body, by=preparer, on=day)
    if reply:
        number = f"演示住建征〔{day.year}〕{control.plot.number[-3:]}号"
        reply_conditions(opinion=opinion, required=REQUIRED, by=housing, number=number, on=day + dt.timedelta(days=6))
        control.refresh_from_db()


def _step(control: PlotControl, by: User, action: str, day: dt.date) -> None:
    take_step(control=control, step=Step(action, day + dt.timedelta(days=10), f"演示{control.plot.number}"), by=by)


def _opinions(plot: Plot, by: User, day: dt.date, *, answer: int) -> None:
    made = ask_opinions(plot=plot, departments=design_departments()[0], by=by, on=day + dt.timedelta(days=12))
    for opinion in made[:answer]:
        answer_opinion(opinion=opinion, result=OpinionResult.AGREED, text="", number=f"演示{opinion.department}函", by=by,
                       on=day + dt.timedelta(days=18))  # fmt: skip


def _complete(plot: Plot, control: PlotControl, by: User, day: dt.date, *, short: bool) -> None:
    for action in LAND[Acquisition(control.table)]:
        _step(control, by, action, day)
    _opinions(plot, by, day, answer=3)
    built = SHORT if short else GOOD
    values = {key: {"designed": GOOD[key], "built": built[key]} for key in GOOD}
    save_values(plot=plot, values=values, version=None, by=by)
    for action in (*BUILDING, "complete_short" if short else "complete"):
        _step(control, by, action, day + dt.timedelta(days=10))
    held = "not_held" if short else "held"
    text = "可再生能源替代率低于要求" if short else ""
    add_check(plot=plot, stage="completion", department="建设交通", result=held, text=text, by=by, on=day + dt.timedelta(days=22))
