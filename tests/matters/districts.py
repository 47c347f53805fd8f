"""Districts, yearly plans, indicator systems, and plots in each of the three tables."""

import datetime as dt
from decimal import Decimal

from django.urls import reverse

from districts.common.enums import OpinionPurpose, Stage
from districts.file.lifecycle import DISTRICT
from districts.indicator_systems.lifecycle import APPROVER, INDICATOR_SYSTEM
from districts.plausibility.expectations import least_days
from districts.plots.lifecycle import NUMBERED, RESUME, RESUME_BACK, TABLES
from districts.plots.models import Plot, PlotIndicator, SupplierLevel
from districts.yearly_plans import services as yearly_plans
from districts.yearly_plans.lifecycle import IMPLEMENTATION_PLAN
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.core import clock
from tests.districts.plots.test_plot_control import make_plot
from tests.factories.accounts import make_organisation, make_user
from tests.factories.assessments import published_edition
from tests.factories.districts import make_district, prove
from tests.factories.indicator_systems import filled_system
from tests.matters.matter import Matter
from tests.plot_steps import WHY, next_day, paper

DAY, NEXT = dt.date(2026, 3, 2), dt.date(2026, 3, 3)


class DistrictMatter(Matter):
    """A district; it moves with the decisions about its title."""

    machine = DISTRICT
    elsewhere = frozenset(step.action for step in DISTRICT.transitions)
    slow = True
    routes = ("districts:district_detail", "")

    def make(self):
        return make_district(self.people, stage=Stage.CANDIDATE)

    def to(self, state):
        self.store(stage=state, titled_on=None if state == "candidate" else DAY)

    @property
    def keys(self):
        return [self.obj.code]


class YearlyPlanMatter(Matter):
    """A plan with one work."""

    machine = IMPLEMENTATION_PLAN
    routes = ("districts:implementation_plan_edit", "districts:implementation_plan_step")

    def make(self):
        district = make_district(self.people, code="yanshi", name="演示新城（虚构）")
        made = yearly_plans.open_plan(authority=self.people.authority_body, year=2027, by=self.people.authority)
        work = {"district": district, "work": "planning", "name": "编制专业规划", "money": Decimal(120)}
        days = {"start": dt.date(2027, 1, 1), "finish": dt.date(2027, 9, 30)}
        yearly_plans.save_item(plan=made, values=work | days, by=self.people.authority)
        return ImplementationPlan.objects.get()

    def to(self, state):
        self.store(status=state, filed_on=None if state in yearly_plans.OPEN else dt.date(2026, 11, 1))


class IndicatorSystemMatter(Matter):
    machine = INDICATOR_SYSTEM
    labels = {APPROVER.label: {"authority"}}

    def make(self):
        published_edition()
        return filled_system(self.people, make_district(self.people, stage=Stage.PILOT))

    def to(self, state):
        self.store(status=state, approved_at=clock.now() if state == "approved" else None)

    def page(self, action=""):
        return reverse("districts:indicator_system", args=[self.obj.district.code])

    def url(self, action):
        return reverse("districts:indicator_step", args=[self.obj.district.code, self.obj.number])


class PlotMatter(Matter):
    """Industrial land whose 住建 body was asked, in one of the three tables."""

    slow = True

    def __init__(self):
        self.people, self.obj = make_plot()
        PlotIndicator.objects.create(plot=self.obj.plot, key="carbon", required="36", designed="35", built="35")
        parent, self.offices = self.people.authority_body, {}
        for key in ("planning", "drawings", "supervision", "water"):
            body = make_organisation("bureau", name=f"演示甲区{key}（虚构）", parent=parent, departments=[key])
            self.offices[key] = make_user("bureau", body)

    def to(self, state):
        table = self.machine.name.removeprefix("plot_")
        self.store(table=table, status=state, with_scheme=table == "grant")
        if state == "prepare":
            self.obj.plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS).delete()

    def ready(self, action):
        plot = Plot.objects.filter(pk=self.obj.plot_id)
        if action == "finish":
            plot.update(started_on=DAY)
        if action == "complete_short":
            PlotIndicator.objects.update(built="37")
        if action == RESUME:
            plot.update(acquired_on=DAY, acquisition=self.obj.table)
            prove(self.obj.plot.district)
        if action == RESUME_BACK:
            self.store(steps={RESUME: {"on": DAY.isoformat(), "number": ""}})
        self.fresh()
        return self.typed(action)

    def typed(self, action):
        if action in {"recall", "step_back", RESUME, RESUME_BACK}:
            return {}
        day = next_day(self.obj, action, NEXT) if action in least_days() else NEXT
        values = {"on": day.isoformat()} | ({"number": "沪演示1号（虚构）"} if action in NUMBERED else {})
        if action == "ask":
            values |= {"level": SupplierLevel.DISTRICT.value, "organisation": str(self.people.bureau_body.pk)}
        if action == "reply":
            values |= {"carbon-required": "36.5", "number": "演示住建〔2026〕3号"}
        return values | ({} if action == "reply" else {"upload": paper(), "backfill": "on", "backfill_reason": WHY})

    def seats(self):
        return super().seats() | self.offices

    def page(self, action=""):
        if action == "reply":
            return self.url(action)
        return reverse("districts:plot_control", args=[self.obj.plot.district.code, self.obj.plot_id])

    def task(self):
        return self.page("reply")

    def url(self, action):
        plot = self.obj.plot
        if action == "reply":
            return reverse("districts:opinion_answer", args=[plot.district.code, plot.opinions.get(answered_on=None).pk])
        if action == "ask":
            return reverse("districts:plot_ask", args=[plot.district.code, plot.pk])
        return reverse("districts:plot_step", args=[plot.district.code, plot.pk, action])


PLOTS = [type(f"{name.title()}PlotMatter", (PlotMatter,), {"machine": machine}) for name, machine in TABLES.items()]
