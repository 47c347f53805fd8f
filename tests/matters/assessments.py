"""Self-checks, stage assessments, post-evaluations, yearly reports, inspections, shares, score tables, experts and recusals."""

import datetime as dt

from django.urls import reverse

from assessments.common.mechanism import CHECKLIST
from assessments.experts.lifecycle import EXPERT
from assessments.inspections import services as inspections
from assessments.inspections.lifecycle import INSPECTION, INSPECTION_FINDING
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.post_evaluations import services as postevaluations
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.post_evaluations.models import PostEvaluation
from assessments.recusals import services as recusals
from assessments.recusals.lifecycle import RECUSAL
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.models import SelfCheck
from assessments.sharing import services as sharing
from assessments.sharing.lifecycle import SHARE
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT
from assessments.stage_assessments.verdict import Aspect, StageVerdict
from assessments.tables.lifecycle import TABLE
from assessments.versions import services as tables
from assessments.yearly_reports import services as yearly_reports
from assessments.yearly_reports.lifecycle import YEARLY_REPORT
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.documents.services import store
from tests.factories.approvals import pdf
from tests.factories.assessments import fill_table, make_self_check, make_table, published_edition
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.reviews import make_experts
from tests.factories.reviews import make_table as make_submitted_table
from tests.factories.stages import CRITERIA, POST_READ_AS, confirm, make_stage
from tests.matters.matter import Matter
from tests.steps import REASON, step

HAND_UP, SIGN = ("hand_up", "preparer"), ("sign", "reviewer")


class SelfCheckMatter(Matter):
    machine = SELF_CHECK
    moment = at(2027, 3, 10)
    routes = ("assessments:selfcheck", "assessments:selfcheck_action")
    ways = {
        "draft": (),
        "signing": (HAND_UP,),
        "countersigning": (HAND_UP, ("sign_for_countersign", "reviewer")),
        "filed": (HAND_UP, SIGN),
        "returned": (HAND_UP, SIGN, ("return", "city_officer")),
        "received": (HAND_UP, SIGN, ("receive", "city_officer")),
    }

    def make(self):
        return make_self_check(self.people)

    def to(self, state):
        self.store(countersign_required=state == "countersigning")
        for action, seat in self.ways[state]:
            step(self.obj, action, getattr(self.people, seat), reason="请补充")
        self.fresh()

    def ready(self, action):
        if action == "sign_for_countersign":
            self.store(countersign_required=True)
        return {}


class StageMatter(Matter):
    machine = STAGE_ASSESSMENT
    routes = ("assessments:stage", "assessments:stage_action")
    opinion = "指标按计划落实（虚构）"
    typed = {"opinion": opinion, "visited_on": "2026-01-05", "visit_note": "查看例会记录（虚构）"} | {
        f"holds-{one.key}": "yes" for one in CHECKLIST
    }

    def make(self):
        return make_stage(self.people)

    def to(self, state):
        self.store(
            status=state,
            verdict={"qualified": True, "aspects": []} if state == "deciding" else {},
            rectification="已逐项整改（虚构）",
            rectify_due=clock.today() + dt.timedelta(days=30),
        )
        if state != "draft":
            tables.lock_table(table=self.obj.table)
        if state == "filed":
            tables.submit_table(table=self.obj.table, by=self.people.reviewer, extra={})

    def ready(self, action):
        if action == "disqualify":
            failed = Aspect("panel", "专家评审", "专家组结论为通过", "专家组结论不是通过", holds=False)
            self.store(verdict=StageVerdict((failed,)).as_json())
            confirm(self.people, *CRITERIA)
        if action == "close_unmended":
            self.store(rectify_due=clock.today() - dt.timedelta(days=1))
            confirm(self.people, "rectify.days")
        if action in {"extend", "refuse_extension"}:
            self.store(extension_asked="设备到货推迟（虚构）")
        return self.typed if action == "propose" else {}

    def url(self, action):
        return reverse("assessments:stage_judge", args=[self.obj.pk]) if action == "propose" else super().url(action)


class PostEvaluationMatter(Matter):
    machine = POST_EVALUATION
    routes = ("assessments:post", "assessments:post_action")
    hold, fall = {"holds": True, "note": "查阅台账（虚构）"}, {"holds": False, "note": "能耗未下降（虚构）"}
    typed = {"opinion": "两个方面均已核对（虚构）", "holds-operation": "yes", "holds-effect": "no", "note-effect": fall["note"]}

    def make(self):
        make_district(self.people, stage=Stage.DEMONSTRATION, titled_on=clock.today() - dt.timedelta(days=400))
        sample = postevaluations.commit_sample(year=clock.today().year, demo=True, by=self.people.secretariat)
        postevaluations.draw(sample=sample, by=self.people.secretariat)
        values = {"operation": "专班运行（虚构）", "effect": "能耗下降（虚构）"}
        postevaluations.save_report(found=PostEvaluation.objects.get(), values=values, version=0, by=self.people.preparer)
        return PostEvaluation.objects.get()

    def to(self, state):
        self.store(status=state, judged={"operation": self.hold, "effect": self.hold} if state == "deciding" else {})

    def ready(self, action):
        if action == "disqualify":
            self.store(judged={"operation": self.hold, "effect": self.fall})
            confirm(self.people, POST_READ_AS)
        return self.typed if action == "propose" else {}

    def url(self, action):
        return reverse("assessments:post_judge", args=[self.obj.pk]) if action == "propose" else super().url(action)


class YearlyReportMatter(Matter):
    """A report on a year of operation, filled in."""

    machine = YEARLY_REPORT
    routes = ("assessments:yearly_report", "assessments:yearly_report_action")

    def make(self):
        district = make_district(self.people, stage=Stage.PILOT, titled_on=dt.date(2024, 5, 6))
        report = YearlyReport.objects.create(district=district, kind="operation", year=2025, opened_at=clock.now())
        store(owner=report, upload=pdf(), kind="运营工作报告", title="运营工作报告", by=self.people.preparer)
        figures = {"in_use": "12.50", "green": "10", "staff": "8"}
        yearly_reports.save(report=report, figures=figures, note="平稳运行（虚构）", verifier="", version=0, by=self.people.preparer)
        return YearlyReport.objects.get()


class InspectionMatter(Matter):
    """A visit with one serious finding, which is mended before the inspection is closed."""

    machine = INSPECTION
    routes = ("assessments:inspection", "assessments:inspection_action")
    visit = {"mode": "onsite", "basis": "年度检查（虚构）", "team": "甲、乙（虚构）", "summary": "查看三个项目（虚构）"}
    fault = {"rule": "SUPERVISION", "item_id": "", "text": "没有监测记录（虚构）", "severity": "serious", "demand": "补齐记录（虚构）"}

    def make(self):
        district = make_district(self.people, stage=Stage.PILOT, titled_on=dt.date(2025, 6, 1), edition=published_edition())
        made = inspections.register(district=district, values={**self.visit, "inspected_on": clock.today()}, by=self.people.city_officer)
        due = clock.today() + dt.timedelta(days=30)
        inspections.add_finding(inspection=made, values={**self.fault, "due": due}, by=self.people.city_officer)
        return Inspection.objects.get()

    def ready(self, action):
        if action == "close":
            self.obj.findings.update(status="closed", reply="已补齐")
        return {}


class FindingMatter(InspectionMatter):
    """The finding of an inspection that was issued."""

    machine = INSPECTION_FINDING
    ids = "f{obj.pk}"

    def make(self):
        Inspection.objects.filter(pk=super().make().pk).update(status="issued")
        return InspectionFinding.objects.get()

    def to(self, state):
        self.store(status=state, reply="已补齐")

    def ready(self, action):
        return {}

    def page(self, action=""):
        return reverse("assessments:inspection", args=[self.obj.inspection_id])

    def url(self, action):
        return reverse("assessments:inspection_finding_action", args=[self.obj.inspection_id, self.obj.pk])


class ShareMatter(Matter):
    """Two rows of a self-check that a bureau fills in."""

    machine = SHARE
    routes = ("assessments:share", "assessments:share_action")
    labels = {"受分派的部门或经办人": {"bureau"}}

    def make(self):
        table = make_self_check(self.people).table
        table.rows.update(build_state="done")
        given = {"items": ("7.2.13", "7.2.14"), "by": self.people.preparer, "organisation": self.people.bureau_body}
        return sharing.give_out(table=table, **given)


class TableMatter(Matter):
    """A filled score table; it moves with the matter around it."""

    machine = TABLE
    elsewhere = frozenset(step.action for step in TABLE.transitions)
    routes = ("assessments:score_table", "")

    def make(self):
        district = make_district(self.people, stage=Stage.PILOT, key_areas=["五个新城"])
        table = fill_table(make_table(district, building=True))
        SelfCheck.objects.create(district=district, year=table.year, table=table, opened_at=clock.now())
        return table


class ExpertMatter(Matter):
    """The first of the cast's experts in the pool."""

    machine = EXPERT
    routes = ("assessments:expert", "assessments:expert_action")
    labels = {"专家本人": {"expert1"}}

    def make(self):
        return make_experts(self.people, 0)[0]

    def page(self, action=""):
        return self.task() if action in {"join", "decline"} else super().page(action)

    def task(self):
        return reverse("assessments:expert_me")


class RecusalMatter(Matter):
    machine = RECUSAL
    ids = "r{obj.pk}"

    def make(self):
        table = make_submitted_table(self.people)
        return recusals.ask(table=table, person="张演示", body="", reason="存在商业纠纷（虚构）", by=self.people.preparer)

    def page(self, action=""):
        return reverse("assessments:recusals", args=[self.obj.table_id])

    def url(self, action):
        return reverse("assessments:recusal_answer", args=[self.obj.table_id, self.obj.pk])

    def taken(self, action):
        answered = self.fresh()
        assert (answered.answer, answered.answered_at is None) == (REASON, False)
