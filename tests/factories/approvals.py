"""A pilot application at any point of its life, by its services, on the reference edition and the fixed cast; all fictional."""

import datetime as dt
import io
import uuid
from functools import partial

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.applications.services import cases, drafts, endorsements
from approvals.applications.services.endorsements import EndorsementPaper
from approvals.cases import bindings
from approvals.cases.checklist import FORM_REVIEW, uploaded_of
from approvals.cases.models.cases import Case, CaseDocument
from approvals.losses.models import LossFile
from approvals.publicity import services as announcements
from approvals.titles.models.publicity import Announcement
from assessments.common.enums import Conclusion
from assessments.prefill.models import RowPrefill
from assessments.reviews.lifecycle.review import REVIEW
from assessments.reviews.models import Review
from assessments.tables.models import ScoreRow
from districts.baselines.services import freeze_baseline
from districts.common.enums import Acquisition, DistrictType
from districts.plots.models import Plot
from districts.special_plans.models import PlanPart, SpecialPlanPart
from greendistrict.core import clock
from greendistrict.core.columns import write_columns
from greendistrict.documents.models import Evidence
from greendistrict.workflow.procedure import take
from greendistrict.workflow.services import perform
from indicators.editions.selectors import rules_for
from tests.factories.accounts import Cast, cast
from tests.factories.assessments import published_edition
from tests.factories.districts import KeyProjectFactory, PlotFactory, SpecialPlanFactory, make_district, prove, write_sections
from tests.factories.reviews import AT_THE_TABLE, best_value

DIMENSIONS = ["韧性安全", "健康宜居", "低碳高效", "经济活力", "智慧管控"]
REASONS = {"BOUNDARY": "控规局部调整中，范围以批复为准", "APPLY-IN-PLAN": "已列入下一年度实施计划，待上报"}


def pdf(name: str = "演示文件.pdf") -> SimpleUploadedFile:
    """A one-page PDF as somebody would upload it; every call makes another content."""
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Title"] = uuid.uuid4().hex
    out = io.BytesIO()
    document.save(out)
    return SimpleUploadedFile(name, out.getvalue(), content_type="application/pdf")


def make_evidence(owner, title: str = "演示材料") -> Evidence:
    """A stored file that nobody looks into."""
    evidence = evidence_of(owner, title)
    evidence.save()
    return evidence


def evidence_of(owner, title: str) -> Evidence:
    """The row of such a file, not stored yet."""
    return Evidence(
        key=uuid.uuid4(),
        owner=f"{owner._meta.label_lower}:{owner.pk}",
        title=title,
        original_name=f"{title}.pdf",
        file="evidence/none",
        content_type="application/pdf",
        size=1,
        sha256=uuid.uuid4().hex * 2,
        uploaded_at=clock.now(),
        is_demo=True,
    )


def make_ready_district(people: Cast, **kw):
    """A new district that meets every must-rule of step ``file``; two should-rules want a reason."""
    district = make_district(people, **{"type": DistrictType.NEW, "target_star": 2, "unit_plan_open": False, **kw})
    today = clock.today()
    bought = {"acquisition": Acquisition.GRANT, "acquired_on": today - dt.timedelta(days=90)}
    stored = [PlotFactory.build(district=district, number=f"D{number:03d}", **bought if number < 2 else {}) for number in range(20)]
    Plot.objects.bulk_create(stored)
    prove(district)
    KeyProjectFactory(district=district, name="演示能源站（虚构）")
    plan = SpecialPlanFactory(
        district=district,
        carbon_intensity_target="32.5",
        carbon_stage_targets=[{"year": 2027, "value": "30"}, {"year": 2030, "value": "28.5"}],
        approved_on=today,
        approval_number="演甲规〔2026〕3号",
    )
    write_sections(plan, stated=DIMENSIONS)
    papers = Evidence.objects.bulk_create(evidence_of(district, part.label) for part in PlanPart)
    SpecialPlanPart.objects.bulk_create(
        SpecialPlanPart(plan=plan, part=part, document=one) for part, one in zip(PlanPart, papers, strict=True)
    )
    freeze_baseline(district=district, kind="plan", reason="专业规划批准", by=None)
    return district


def lay_papers(case: Case, *, without: str = "") -> None:
    """The papers that the checklist calls 必交 and that are uploaded, but for those that lie there and one that is named."""
    there = {without, *case.documents.values_list("slot", flat=True)}
    slots = [slot for slot in uploaded_of(case.kind) if not slot.optional and slot.key not in there]
    papers = Evidence.objects.bulk_create(evidence_of(case, slot.title) for slot in slots)
    rows = zip(slots, papers, strict=True)
    CaseDocument.objects.bulk_create(CaseDocument(case=case, slot=slot.key, document=paper) for slot, paper in rows)


def store_papers() -> None:
    """A file behind the rows of ``evidence_of``, for browsers that open them."""
    storage = Evidence._meta.get_field("file").storage
    if not storage.exists("evidence/none"):
        storage.save("evidence/none", pdf())


def filled_value(item):
    """A value of the right shape for every kind of rule; claimed points stay at 0, for they would want evidence."""
    kind = item.rule["kind"]
    if kind == "claimed":
        return "0"
    if kind == "all_of":
        return {part["value"]["key"]: str(_end(part["rule"])) for part in item.rule["rules"]}
    if kind == "linear":
        return {"a": str(_end(item.rule)), "b": "100"} if item.ratio else str(_end(item.rule))
    return best_value(item)


def _end(rule):
    return rule["to"]["at"] if rule["kind"] == "linear" else rule["steps"][-1]["at"]


def fill_table(case: Case) -> None:
    """Give every row a value that lets the table be submitted; what was brought in stands and is confirmed."""
    items = rules_for(case.table.edition).table(case.table.type, case.table.stage).items
    rows = list(ScoreRow.objects.filter(table=case.table, prefill__isnull=True))
    for row in rows:
        row.value = filled_value(items[row.item_id])
    write_columns(rows, ["value"])
    RowPrefill.objects.filter(row__table=case.table).update(confirmed_by=case.table.case.created_by, confirmed_at=clock.now())


def spare_number(number: str) -> str:
    """The number while no paper has it, else one of its own: no two papers share one."""
    stem = number.removesuffix("号")
    taken = Case.objects.filter(decision_number__startswith=stem).count()
    taken += LossFile.objects.filter(intent_number__startswith=stem).count() + Announcement.objects.filter(number__startswith=stem).count()
    return number if not taken else f"{number.removesuffix('号')}-{taken}号"


def step(action, *, case, by, version=None, reason="", **values):
    """Take a step of a case as it stands (or as it stood at ``version``); returns it as it is then."""
    stored = Case.objects.get(pk=case.pk)
    take(obj=stored, action=action, by=by, version=stored.version if version is None else version, values=values, reason=reason)
    return stored


def conclude_review(case: Case, by, conclusion: str = Conclusion.PASSED, star: int | None = 2) -> None:
    """Move the review's machine straight to its end: the panel's own steps have tests of their own."""
    review = case.review
    Review.objects.filter(pk=review.pk).update(status="meeting", conclusion=conclusion, star=star, concluded_at=clock.now())
    review.refresh_from_db()
    facts = {
        **AT_THE_TABLE,
        "open_items": (), "has_opinion": True, "unvoted": 0, "unsigned": 0, "allowed": (conclusion,), "star_reached": 3, "star_asked": 2,
        "judges_star": True, "lines_inferred": False,
    }  # fmt: skip
    payload = {"conclusion": conclusion, "star": star, "star_reason": "走查（虚构）"}
    perform(machine=REVIEW, obj=review, action="conclude", by=by, facts={"meeting": facts}, payload=payload)


class Walk:
    """A case and its people, who take its steps."""

    case: Case
    people: Cast

    def fresh(self) -> Case:
        self.case = Case.objects.get(pk=self.case.pk)
        return self.case

    def do(self, service, seat, **kw):
        """Take a step by its action, or call a service; by the person at the seat."""
        done = partial(step, service) if isinstance(service, str) else service
        done(case=self.case, by=getattr(self.people, seat), **kw)
        self.fresh()
        return self

    def announce(self, number="演沪建公告〔2026〕9号", *, scan=None):
        officer = self.people.city_officer
        made = announcements.create_batch(by=officer, cases=[self.case], demo=True)
        made = announcements.approve(announcement=made, by=self.people.city_director)
        told = {"number": spare_number(number), "announced_on": clock.today(), **({"scan": scan} if scan else {})}
        announcements.publish(announcement=made, by=officer, **told)
        self.fresh()
        return self

    def end_notice(self):
        """The notice's last day was yesterday."""
        day = clock.today() - dt.timedelta(days=1)
        self.case.notices.update(opens_on=day - dt.timedelta(days=10), closes_on=day)
        return self


class Filing(Walk):
    """An application with its people; ``to_…`` methods move it on through the services."""

    def __init__(self, people: Cast | None = None, **district):
        self.people = people or cast()
        self.district = make_ready_district(self.people, **district)
        self.case = drafts.start_application(district=self.district, by=self.people.preparer, edition=published_edition())
        fill_table(self.case)
        lay_papers(self.case)
        drafts.save_case(case=self.case, by=self.people.preparer, star_asked=2, reasons=REASONS)
        self.fresh()

    def to_signing(self):
        return self.do("hand_up", "preparer")

    def to_endorsing(self):
        return self.to_signing().do("sign", "reviewer")

    def endorse(self):
        today = clock.today()
        approval, letter = EndorsementPaper("演甲府〔2026〕18号", today, pdf()), EndorsementPaper("演甲建函〔2026〕42号", today, pdf())
        return self.do(endorsements.record_endorsement, "authority", authority=self.people.authority_body, approval=approval, letter=letter)

    def to_sent(self):
        return self.to_endorsing().endorse().do("send_up", "authority")

    def to_accepted(self):
        return self.to_sent().do("accept", "city_officer")

    def check_form(self):
        entries = {key: (True, "") for key, _ in FORM_REVIEW}
        return self.do(cases.save_form_review, "secretariat", entries=entries)

    def to_reviewing(self):
        return self.to_accepted().check_form().do("open_review", "secretariat")

    def conclude(self, conclusion: str = Conclusion.PASSED, star: int | None = 2):
        conclude_review(self.case, self.people.secretariat, conclusion, star)
        self.fresh()
        return self

    def to_reviewed(self, conclusion: str = Conclusion.PASSED):
        return self.to_reviewing().conclude(conclusion)

    def to_notice(self):
        return self.to_reviewed().open_notice()

    def open_notice(self):
        """Open from today on, also where the tests run on a rest day, from which a notice rolls forward."""
        self.do("open_notice", "city_officer")
        self.case.notices.filter(opens_on__gt=clock.today()).update(opens_on=clock.today())
        return self

    def to_checking(self):
        return self.to_notice().end_notice().do("close_notice", "city_officer")

    def to_deciding(self):
        return self.to_checking().do("agree", "city_checker")

    def to_decided(self):
        given = {"number": spare_number("演沪建〔2026〕8号"), "decided_on": clock.today(), "scan": pdf()}
        return self.to_deciding().do("decide", "city_director", **given)

    def to_announced(self):
        return self.to_decided().announce("演沪建公告〔2026〕1号", scan=pdf())

    def to_correcting(self, *findings):
        self.to_sent()
        given = findings or (bindings.NewFinding("申请表未盖章", slot="application"),)
        return self.do("correct", "city_officer", findings=given)

    def answer_all(self):
        latest = self.case.corrections.order_by("-round")[0]
        answers = {finding.pk: "已补充" for finding in latest.findings.all()}
        return self.do(cases.save_answers, "preparer", answers=answers)
