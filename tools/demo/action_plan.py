"""Fictional action plan of 美丽上海: tasks of the city and of two districts, four quarters, an adjustment, a roll-over."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from beautiful.evaluations import services as evaluations
from beautiful.evaluations.models import AreaEvaluation
from beautiful.plans import reporting, services
from beautiful.plans.content import quarter_end
from beautiful.plans.models import QUARTERS, ActionPlan, PlannedTask, RollOutcome
from beautiful.releases import services as releases
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock
from tools.demo.timing import after, base_year, moment

Bodies = Mapping[str, Organisation]
People = Mapping[str, User]
# Kilometres by quarter of the two districts; one does not report the first quarter.
JIA = (4, 9, 15, 21)
YI = (None, 6, 14, 19)
ROOFS = (2, 5, 8, 11)
PROBLEMS = {2: "一处桥位用地未落实（演示）"}
TEXT = "按计划推进（演示）"


def write(bodies: Bodies, people: People, today: dt.date) -> None:
    """Create a plan, report its first year, and roll it over into the current plan."""
    year = base_year(today)
    officer, first = people["city_officer"], year - 1
    with clock.at(moment(dt.date(first, 1, 8))):
        plan = services.make_plan(first_year=first, is_demo=True, by=officer)
        tasks = _tasks(plan, bodies, officer)
        services.issue_plan(plan=plan, on=clock.today(), basis=f"演示行动计划〔{first}〕1号（虚构）", by=officer)
    _first_year(tasks, people, first)
    with clock.at(moment(dt.date(year, 1, 20))):
        after_it = _rolled(plan, tasks, officer)
    with clock.at(moment(dt.date(year, 2, 10))):
        services.issue_plan(plan=after_it, on=clock.today(), basis=f"演示行动计划〔{year}〕1号（虚构）", by=officer)
        _public_and_evaluated(plan, people, first)
        _because_of_it(after_it, tasks["yi"], officer, first)
    _this_year(after_it, tasks, people, year)


def _values(owner: Organisation, first: int, title: str, target: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """Form values of a task; all are invented."""
    days = {"starts_on": dt.date(first, 1, 1), "due_on": dt.date(first + 2, 12, 31)}
    return {"title": title, "target_text": target, "owner": owner, "partners": [], **days, **more}


def _amount(unit: str, target: int) -> dict[str, Any]:
    return {"unit": unit, "start_value": Decimal(0), "target_value": Decimal(target)}


def _tasks(plan: ActionPlan, bodies: Bodies, officer: User) -> dict[str, PlannedTask]:
    """Tasks by a short name: one of the city with two districts below it, one of a single district, one without a number, one that ends."""
    first = plan.first_year

    def add(body: str, title: str, target: str, above: PlannedTask | None = None, **more: Any) -> PlannedTask:
        return services.add_task(plan=plan, values=_values(bodies[body], first, title, target, more), by=officer, city_task=above)

    walk: dict[str, Any] = {"area": "habitat", "phrase": "慢行空间", "vanguard": "五大新城", **_amount("公里", 120)}
    walk["partners"] = [bodies["demo-city"]]
    paths = add("demo-partner", "建设慢行通道（演示）", "三年建成120公里（虚构）", **walk)
    roofs: dict[str, Any] = {"area": "development", "phrase": "“光伏+”工程实施", **_amount("兆瓦", 36)}
    rules: dict[str, Any] = {"area": "institution", "phrase": "碳普惠机制", "due_on": dt.date(first, 12, 31)}
    return {
        "paths": paths,
        "jia": add("demo-jia", "建设慢行通道（演示甲区）", "三年建成60公里（虚构）", paths, **_amount("公里", 60)),
        "yi": add("demo-yi", "建设慢行通道（演示乙区）", "三年建成60公里（虚构）", paths, **_amount("公里", 60)),
        "roofs": add("demo-bing", "公共建筑屋顶光伏（演示）", "三年建成36兆瓦（虚构）", **roofs),
        "rules": add("demo-city", "编制碳普惠工作方案（演示）", "当年完成（虚构）", **rules),
        "ended": add("demo-partner", "新建演示监测站（演示）", "三年建成（虚构）", area="technology"),
    }


def _report(
    planned: PlannedTask, people: tuple[User, User | None], quarter: tuple[int, int], value: int | None, problems: str = ""
) -> None:
    """Report a quarter; the second person checks it, without one it waits."""
    by, checker = people
    said = {"value": None if value is None else Decimal(value), "text": TEXT, "problems": problems}
    made = reporting.report_progress(planned=planned, year=quarter[0], quarter=quarter[1], values=said, by=by)
    if checker is not None:
        reporting.confirm_progress(progress=made, version=made.version, by=checker)


def _first_year(tasks: Mapping[str, PlannedTask], people: People, year: int) -> None:
    """Report four quarters, one with a problem, and adjust a task in autumn."""
    for quarter in QUARTERS:
        with clock.at(after(moment(quarter_end(year, quarter)), 4)):
            _report(tasks["jia"], (people["authority"], people["city_officer"]), (year, quarter), JIA[quarter - 1])
            if (value := YI[quarter - 1]) is not None:
                _report(tasks["yi"], (people["authority_yi"], people["city_officer"]), (year, quarter), value, PROBLEMS.get(quarter, ""))
            _report(tasks["roofs"], (people["authority_bing"], people["city_officer"]), (year, quarter), ROOFS[quarter - 1])
            _report(tasks["rules"], (people["city_officer"], people["city_checker"]), (year, quarter), None)
    with clock.at(moment(dt.date(year, 10, 20))):
        roofs = PlannedTask.objects.get(pk=tasks["roofs"].pk)
        changed = {"target_text": "三年建成42兆瓦（虚构）", "target_value": Decimal(42)}
        services.adjust_task(
            planned=roofs, values=changed, on=clock.today(), basis=f"演示会议纪要〔{year}〕6号（虚构）", reason="新增一批屋顶资源（演示）",
            version=roofs.version, by=people["city_officer"],
        )  # fmt: skip


def _rolled(plan: ActionPlan, tasks: Mapping[str, PlannedTask], officer: User) -> ActionPlan:
    decided = {row.pk: services.RollDecision(RollOutcome.CARRIED) for row in tasks.values()}
    decided[tasks["rules"].pk] = services.RollDecision(RollOutcome.DONE, "方案已印发（演示）")
    decided[tasks["ended"].pk] = services.RollDecision(RollOutcome.ENDED, "并入已有站点（演示）")
    decided[tasks["roofs"].pk] = services.RollDecision(RollOutcome.CHANGED, "规模扩大（演示）")
    return services.roll_over(plan=plan, decisions=decided, by=officer)


def _this_year(plan: ActionPlan, tasks: Mapping[str, PlannedTask], people: People, year: int) -> None:
    """Report the past quarters of this year; of the last one a district still owes its report, and another waits for its check."""
    rows = {row.task_id: row for row in plan.planned.select_related("task", "plan")}
    over = [quarter for quarter in QUARTERS if after(moment(quarter_end(year, quarter)), 4) <= clock.now()]
    for quarter in over:
        with clock.at(after(moment(quarter_end(year, quarter)), 4)):
            _report(rows[tasks["jia"].task_id], (people["authority"], people["city_officer"]), (year, quarter), 21 + 6 * quarter)
            if quarter != over[-1]:
                _report(rows[tasks["yi"].task_id], (people["authority_yi"], people["city_officer"]), (year, quarter), 19 + 4 * quarter)
            checker = None if quarter == over[-1] else people["city_officer"]
            _report(rows[tasks["roofs"].task_id], (people["authority_bing"], checker), (year, quarter), 11 + 3 * quarter)


def _public_and_evaluated(plan: ActionPlan, people: People, year: int) -> None:
    """The last quarter is published; another, published by mistake, is withdrawn.

    Three areas are evaluated: one is concluded, one waits for its check, one for the self-report of a city department.
    """
    officer = people["city_officer"]
    for quarter in (3, 4):
        releases.release(plan=plan, quarter=(year, quarter), basis="演示会议纪要（虚构）", by=officer)
    releases.withdraw(plan=plan, quarter=(year, 3), reason="公开的季度有误（演示）", by=officer)
    evaluations.begin(plan=plan, year=year, areas=("habitat", "development", "technology"), by=officer)
    waits = AreaEvaluation.objects.get(plan=plan, year=year, area="development")
    evaluations.report(evaluation=waits, text="屋顶光伏按计划推进（演示）", version=waits.version, by=people["authority_bing"])
    found = AreaEvaluation.objects.get(plan=plan, year=year, area="habitat")
    found = evaluations.report(evaluation=found, text="慢行通道按计划推进（演示）", version=found.version, by=people["authority"])
    found = evaluations.check(evaluation=found, text="与季度进展一致（演示）", version=found.version, by=officer)
    words = "一个区的进度落后（演示）"
    evaluations.conclude(evaluation=found, conclusion="partly", text=words, version=found.version, by=people["city_director"])


def _because_of_it(plan: ActionPlan, behind: PlannedTask, officer: User, year: int) -> None:
    """Because of the evaluation, the task found to be behind schedule is adjusted in the next plan."""
    planned = PlannedTask.objects.get(plan=plan, task=behind.task_id)
    adjusted = services.adjust_task(
        planned=planned, values={"target_text": "三年建成60公里，按月调度（虚构）"}, on=clock.today(),
        basis=f"演示会议纪要〔{plan.first_year}〕2号（虚构）", reason="跟踪评估认为进度落后（演示）", version=planned.version, by=officer,
    )  # fmt: skip
    found = AreaEvaluation.objects.select_related("plan").get(year=year, area="habitat", plan__is_demo=True)
    evaluations.use(evaluation=found, adjustment=adjusted, note="改为按月调度（演示）", by=officer)
