"""Matters at a point of their life at which their papers have something to say, and the texts of their pages; all fictional."""

import datetime as dt
import re
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from lxml.html import fromstring

from approvals.acceptances import services as visits
from approvals.acceptances.models import VisitRow
from assessments.inspections import services as inspections
from assessments.post_evaluations import services as post_evaluations
from assessments.post_evaluations.models import PostEvaluation
from assessments.reviews.enums import Judgement
from assessments.reviews.services import meeting_records
from assessments.reviews.services.meeting import Agreement
from assessments.yearly_reports import services as yearly_reports
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.report import KEYS
from beautiful.evaluations import services as area_evaluations
from beautiful.evaluations.models import AreaEvaluation
from beautiful.frame.programme import programme
from beautiful.plans import services as plans
from districts.common.enums import Stage
from districts.yearly_plans import services as yearly_plans
from greendistrict.core import clock
from greendistrict.documents.services import store
from greendistrict.workflow.procedure import take
from tests.beautiful.plans.world import FIRST, make_issued, report, spring
from tests.carbon.inventories.world import NOW
from tests.carbon.verification.world import answered, make_mandated, put, settled, signed
from tests.factories.acceptance import Accepting
from tests.factories.accounts import cast
from tests.factories.assessments import published_edition
from tests.factories.districts import make_district
from tests.factories.reviews import Scene, agreed_seen, record_agreed
from tests.factories.stages import POST_READ_AS, StageScene, confirm
from tests.files import pdf, photo
from tests.steps import step

LONG = "本年度完成能耗监测平台接入，开展屋面光伏、雨水花园和慢行系统建设，逐项核对台账并现场复核。" * 40
AGREED = Agreement(points="0", reason="会上核对后一致（虚构）")
# Forms, ways of the matter and what belongs to the page alone.
CLASSES = ("btn", "visually-hidden", "gd-hint", "gd-live", "gd-qr", "gd-steps", "gd-stages", "gd-warning")
CARDS = ("办理", "材料", "参考稿", "文书", "自评结果", "需要填写")
OFF_PAPER = [".//form", ".//button", ".//script", ".//details[.//form]", ".//nav", ".//header[not(ancestor::section)]"]
OFF_PAPER += [f'.//*[contains(@class,"{name}")]' for name in CLASSES]
OFF_PAPER += [f'.//{card}[.//h2[contains(.,"{word}")]]' for word in CARDS for card in ("section", "details")]


def texts_on(html):
    """Texts of the page's content without forms, buttons, ways of the matter and what only a screen reader says."""
    main = fromstring(html).find('.//main[@id="main"]')
    for node in main.xpath("|".join(OFF_PAPER)):
        if node.getparent() is not None:
            node.drop_tree()
    nodes = main.xpath(".//td|.//th|.//dd|.//dt|.//p|.//li")
    return [word for node in nodes for text in node.xpath(".//text()") if (word := squeezed(text))]


def squeezed(text):
    """The text without white space."""
    return re.sub(r"[\s（）()\u200b]", "", text)


def disputed():
    """A review in session with one disputed clause, agreed with a dissent."""
    scene = Scene().to_scoring()
    reader = scene.members[0]
    item = scene.clause(reader, reading="lead")
    scene.judge(reader, item, Judgement.DIFFER, points="0", comment="没有佐证（虚构）", comment_kind="must")
    scene.finish_scoring()
    record_agreed(review=scene.review, item_id=item, agreement=AGREED, by=scene.secretary)
    scene.sign_in()
    meeting_records.confirm_agreed(
        review=scene.review, member=reader, item_ids=[item], agrees=False, dissent="仍认为不足（虚构）", by=reader.expert.user,
        seen=agreed_seen(scene.review, item),
    )  # fmt: skip
    return scene


def concluded():
    """The same, concluded."""
    scene = disputed()
    for member in scene.members[1:]:
        scene.review.refresh_from_db()
        item = scene.review.agreed.get().item_id
        meeting_records.confirm_agreed(
            review=scene.review, member=member, item_ids=[item], agrees=True, by=member.expert.user, seen=agreed_seen(scene.review, item)
        )
    scene.confirm_all = lambda: None
    scene.sign_all()
    step(scene.review, "conclude", scene.secretary, conclusion="passed", star=3, star_reason="")
    scene.review.refresh_from_db()
    return scene


def rectifying():
    """A stage assessment that failed, with its opinions."""
    scene = StageScene().to_reviewing().to_scoring()
    reader = scene.members[0]
    scene.judge(reader, scene.clause(reader, reading="lead"), Judgement.DIFFER, points="0", comment="没有佐证（虚构）", comment_kind="must")
    scene.finish_scoring()
    record_agreed(review=scene.review, item_id=scene.clause(reader, reading="lead"), agreement=AGREED, by=scene.secretary)
    return scene.to_rectifying()


def taken(matter, *steps):
    """The matter after these steps, each an action, who takes it and what the form says."""
    for action, by, *values in steps:
        matter.refresh_from_db()
        take(obj=matter, action=action, by=by, version=matter.version, **({"values": values[0]} if values else {}))
    matter.refresh_from_db()
    return matter


def post_evaluated():
    """A concluded evaluation after acceptance."""
    people = cast()
    make_district(people, name="演示示范城区（虚构）", stage=Stage.DEMONSTRATION, titled_on=clock.today() - dt.timedelta(days=400))
    sample = post_evaluations.commit_sample(year=clock.today().year, demo=True, by=people.secretariat)
    post_evaluations.draw(sample=sample, by=people.secretariat)
    found = PostEvaluation.objects.select_related("district").get()
    post_evaluations.save_report(found=found, values={"operation": LONG, "effect": "能耗下降（虚构）"}, version=0, by=people.preparer)
    judged = {"operation": {"holds": True, "note": "查阅台账"}, "effect": {"holds": False, "note": "能耗未下降（虚构）"}}
    proposed = ("propose", people.city_officer, {"judged": judged, "opinion": LONG})
    steps = [("hand_up", people.preparer), ("sign", people.reviewer), proposed, ("check", people.city_checker)]
    confirm(people, POST_READ_AS)
    steps.append(("disqualify", people.city_director))
    return people, taken(found, *steps)


def carbon_verified():
    """A signed verification with a finding that was settled."""
    people, found = make_mandated()
    with clock.at(NOW):
        finding = put(found, people)
        step(found, "return", people.verifier)
        answered(finding, people)
        step(found, "answer", people.preparer)
        settled(finding, people)
        signed(found, people)
    return people, found


def inspected(findings=1):
    """An issued inspection with findings and a photo."""
    people = cast()
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2025, 6, 1), edition=published_edition())
    visit = {"mode": "onsite", "basis": "年度检查（虚构）", "team": "甲、乙（虚构）", "summary": LONG, "inspected_on": clock.today()}
    found = inspections.register(district=district, values=visit, by=people.city_officer)
    store(owner=found, upload=photo(), kind="照片", title="现场照片", by=people.city_officer)
    for number in range(findings):
        values = {
            "rule": "SUPERVISION", "item_id": "", "text": f"第{number + 1}处没有监测记录（虚构）", "severity": "serious",
            "demand": "补齐记录（虚构）", "due": clock.today() + dt.timedelta(days=30),
        }  # fmt: skip
        inspections.add_finding(inspection=found, values=values, by=people.city_officer)
    return people, taken(found, ("issue", people.city_officer))


def planned(works=2):
    """A filed yearly plan with works, one without money and days."""
    people = cast()
    district = make_district(people)
    make_district(people, name="演示未列入城区（虚构）", code="weilie")
    before = yearly_plans.open_plan(authority=people.authority_body, year=2026, by=people.authority)
    plan = yearly_plans.open_plan(authority=people.authority_body, year=2027, by=people.authority)
    values = {
        "district": district, "work": "plots", "department": "演示建管委（虚构）", "money": Decimal("1234.50"), "money_source": "区财政",
        "start": dt.date(2027, 3, 1), "finish": dt.date(2027, 11, 30), "note": "",
    }  # fmt: skip
    yearly_plans.save_item(
        plan=before,
        values={**values, "name": "第1项工作（虚构）", "start": dt.date(2026, 3, 1), "finish": dt.date(2027, 6, 30)},
        by=people.authority,
    )
    for number in range(works):
        changed = {"money": None, "start": None, "finish": None} if number else {}
        yearly_plans.save_item(plan=plan, values={**values, **changed, "name": f"第{number + 1}项工作（虚构）"}, by=people.authority)
    return people, plan


def accepted():
    """An acceptance that was decided, with a site visit and a photo."""
    walk = Accepting().to_visiting()
    row = VisitRow.objects.filter(visit__case=walk.case).first()
    visits.save_row(row=row, by=walk.people.secretariat, finding="holds", note=LONG, version=0)
    visits.add_photo(row=row, by=walk.people.secretariat, upload=photo(), token="0b5c1c1e-0000-4000-8000-000000000001")
    walk.to_visiting = lambda: walk
    return walk.to_decided()


def verified(years=(2024, 2025)):
    """A pilot with carbon verifications that were handed in."""
    people = cast()
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2023, 5, 6))
    for year in years:
        report = YearlyReport.objects.create(district=district, kind="carbon", year=year, opened_at=clock.now())
        for title in ("碳排放核查报告", "核查意见"):
            upload = SimpleUploadedFile("报告.pdf", pdf(), "application/pdf")
            store(owner=report, upload=upload, kind=title, title=title, by=people.preparer)
        figures = {"total": "12000.50", "area": "30.25", "renewable": "8.5"}
        yearly_reports.save(report=report, figures=figures, note="", verifier="演示核查机构（虚构）", version=0, by=people.preparer)
        taken(report, ("hand_up", people.preparer), ("sign", people.reviewer))
    return people, district


def operated():
    """An operation report that was written in the portal and received."""
    people = cast()
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2023, 5, 6))
    texts = dict.fromkeys(KEYS, f"## 情况（虚构）\n{LONG}")
    report = YearlyReport.objects.create(district=district, kind="operation", year=2025, opened_at=clock.now(), text=texts)
    figures = {"in_use": "12.50", "green": "10", "staff": "8"}
    yearly_reports.save(report=report, figures=figures, note="平稳运行（虚构）", verifier="", version=0, by=people.preparer)
    return people, taken(report, ("hand_up", people.preparer), ("sign", people.reviewer), ("receive", people.city_officer))


def area_evaluated():
    """The year of an area concluded as behind, and a task that was adjusted because of it."""
    world = make_issued()
    people = world.people
    with clock.at(spring(FIRST + 1)):
        report(world.own, people.authority, 4, 30)
        area_evaluations.begin(plan=world.plan, year=FIRST, areas=[area.key for area in programme().areas], by=people.city_officer)
        found = AreaEvaluation.objects.select_related("plan").get(area="habitat")
        for name, by, said in (
            ("report", people.authority, {}),
            ("check", people.city_officer, {}),
            ("conclude", people.city_director, {"conclusion": "behind"}),
        ):
            text = f"{LONG}\n第二段（虚构）"
            found = getattr(area_evaluations, name)(evaluation=found, version=found.version, text=text, by=by, **said)
        world.own.refresh_from_db()
        adjustment = plans.adjust_task(
            planned=world.own, values={"title": "加快的任务（虚构）"}, on=clock.today(), basis="演示〔2027〕2号", reason="评估滞后（虚构）",
            version=world.own.version, by=people.city_officer,
        )  # fmt: skip
        area_evaluations.use(evaluation=found, adjustment=adjustment, note="加快进度（虚构）", by=people.city_officer)
    return world, found
