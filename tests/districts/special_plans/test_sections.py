"""Sections of the specialised plan: written piece by piece, counted by their content, frozen with the plan; ticks of old kept as such."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from approvals.applications.selectors import form_content
from districts.common.enums import Dimension, DistrictType
from districts.facts.facts import district_facts
from districts.file.selectors.parties import renewal_of
from districts.special_plans import services as plans
from districts.special_plans.forms import piece_field
from districts.special_plans.models import DIAGNOSIS_PARTS, PlanSection, PlanSectionFile, PlanSectionKind, SpecialPlan
from districts.special_plans.rules import PIECES, counts, kinds_for, state_of, synchrony
from districts.special_plans.selectors import early_work, sections_of, synchrony_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from reports.annual.figures.district import figures_of
from reports.annual.sections import facts
from tests.factories.approvals import Filing, pdf
from tests.factories.districts import PlotFactory, SpecialPlanFactory, make_district, write_sections
from tests.factories.reviews import make_table
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
ASSESSMENT, STRATEGIES = PlanSectionKind.ASSESSMENT, PlanSectionKind.STRATEGIES
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def district(people):
    return make_district(people, type=DistrictType.NEW, name="演示新城（虚构）")


def page(district, section=ASSESSMENT):
    return reverse("districts:plan_section", args=[district.code, section.value])


def names(section):
    """Names of the form's fields of a section, in order."""
    return [piece_field(piece.key) for piece in PIECES[section]]


def save(district, by, version=0, upload=None, **texts):
    return plans.save_section(district=district, section=ASSESSMENT, texts=texts, upload=upload, version=version, by=by)


@pytest.mark.parametrize(("texts", "stated", "state", "draft", "approved"), [
    ({}, [], "empty", False, False), ({}, ["现状评估及生态诊断"], "stated", False, True), ({"present": "甲"}, [], "partial", False, False),
    ({"present": "甲", "ecology": " ", "potential": "丙"}, [], "partial", False, False),
    ({"present": "甲", "ecology": "乙", "potential": "丙"}, [], "whole", True, True),
])  # fmt: skip
def test_a_section_counts_by_its_content_and_a_tick_only_as_it_was_approved(texts, stated, state, draft, approved):
    assert state_of(ASSESSMENT, texts, stated) == state
    assert [counts(ASSESSMENT, texts, stated, approved=one) for one in (False, True)] == [draft, approved]


def test_each_type_writes_the_parts_that_the_policy_names_and_both_the_strategies():
    for kind, parts in DIAGNOSIS_PARTS.items():
        assert [one.label for one in kinds_for(kind)] == [*parts, STRATEGIES.label]
    assert len(kinds_for("")) == 8
    assert [piece.label for piece in PIECES[STRATEGIES]] == Dimension.values


@pytest.mark.parametrize(
    ("days", "together", "words"),
    [
        ((None, None, 30, None), None, "未填城市设计开始日期，不能判断是否同步编制"),
        ((None, None, None, None), None, "未填城市设计开始日期和规划方案编制开始日期，不能判断是否同步编制"),
        ((0, 90, 30, 120), True, "同步编制：规划方案比城市设计晚30天开始，专业规划比城市设计晚30天批准"),
        ((0, 90, 90, None), True, "同步编制：规划方案比城市设计晚90天开始，专业规划尚未批准"),
        ((0, 90, 91, None), False, "未同步编制：城市设计批准1天以后才开始编制规划方案"),
        ((10, None, 0, 9), False, "未同步编制：专业规划批准1天以后才开始城市设计"),
        ((10, None, 0, 10), True, "同步编制：规划方案比城市设计早10天开始，城市设计尚未批准"),
        ((0, 5, 0, 5), True, "同步编制：规划方案与城市设计同日开始，专业规划与城市设计同日批准"),
    ],
)
def test_whether_urban_design_went_along_is_said_with_its_days(days, together, words):
    found = synchrony(*(None if one is None else DAY + dt.timedelta(days=one) for one in days))
    assert (found.together, found.words) == (together, words)


def test_a_section_is_filled_piece_by_piece_and_a_draft_loses_nothing(preparer, district):
    one, two, three = names(ASSESSMENT)
    assert preparer.post(page(district), {"version": 0, one: "现状甲（虚构）", "do": "save"}).status_code == 302
    row = PlanSection.objects.get()
    assert (row.texts, row.version, row.plan.number) == ({"present": "现状甲（虚构）"}, 1, 1)
    assert early_work(row.plan) == frozenset()
    assert "现状甲（虚构）" in preparer.get(page(district)).content.decode()
    sent = {"version": 1, one: "现状甲（虚构）", two: "诊断乙（虚构）", three: "潜力丙（虚构）", "upload": pdf("诊断.pdf"), "do": "next"}
    assert preparer.post(page(district), sent).url == reverse("districts:plan_edit", args=[district.code])
    row.refresh_from_db()
    assert (len(row.texts), row.files.count()) == (3, 1)
    assert early_work(row.plan) == {"现状评估及生态诊断"}
    assert preparer.post(page(district), {**sent, "version": 2, "upload": pdf("第二份.pdf")}).status_code == 302
    assert [file.document.original_name for file in row.files.all()] == ["诊断.pdf", "第二份.pdf"]
    assert AuditRecord.objects.filter(action="districts.save_plan_section").count() == 3


def test_bad_input_keeps_what_was_typed_and_stores_nothing(preparer, district):
    one, two, _ = names(ASSESSMENT)
    fake = SimpleUploadedFile("诊断.pdf", b"MZ\x00 not a pdf")
    for wrong, words in (({one: "长" * 4001}, "最多4000字"), ({"upload": fake}, "留着（虚构）")):
        answer = preparer.post(page(district), {"version": 0, two: "留着（虚构）", **wrong})
        said = answer.content.decode()
        assert (answer.status_code, words in said, "留着（虚构）" in said) == (422, True, True)
    assert not PlanSection.objects.exists()


def test_two_people_on_one_section_see_both_texts_and_on_two_sections_none_is_in_the_way(preparer, people, district):
    save(district, people.consultant, present="咨询单位写的（虚构）")
    first = names(ASSESSMENT)[0]
    stale = preparer.post(page(district), {"version": 0, first: "填报人写的（虚构）"})
    said = stale.content.decode()
    assert (stale.status_code, "咨询单位写的（虚构）" in said, "填报人写的（虚构）" in said) == (409, True, True)
    dims = names(STRATEGIES)
    assert preparer.post(page(district, STRATEGIES), {"version": 0, dims[0]: "策略（虚构）"}).status_code == 302
    assert preparer.post(page(district), {"version": 1, first: "填报人写的（虚构）"}).status_code == 302
    refuses(Stale, save, district, people.consultant, version=1, present="又来")


def test_sections_of_the_other_type_are_no_page(preparer, district):
    for section in (PlanSectionKind.RENEWAL.value, PlanSectionKind.INDICATORS.value, "none"):
        assert preparer.get(reverse("districts:plan_section", args=[district.code, section])).status_code == 404


def test_what_was_written_under_the_other_type_stays_readable_and_stands_in_no_way(preparer, people, district):
    plan = SpecialPlanFactory(district=district)
    PlanSection.objects.create(plan=plan, section="renewal", stated=["更新规划"])
    shown = preparer.get(reverse("districts:plan_edit", args=[district.code])).content.decode()
    assert ("按另一类型填写，本类型不需要" in shown, page(district, PlanSectionKind.RENEWAL) in shown) == (True, False)
    PlotFactory(district=district)
    with pytest.raises(Refused) as refused:
        plans.approve_plan(plan=plan, approved_on=DAY, approval_number="演示府〔2026〕1号", by=people.preparer)
    assert not [one.text for one in refused.value.refusals if "更新规划" in one.text]


def test_who_does_not_fill_in_the_file_writes_no_section_and_may_read_it(client, people, district):
    for user in (people.reviewer, people.authority):
        refuses(NotAllowed, save, district, user, present="甲")
    save(district, people.preparer, present="本单位可读（虚构）")
    client.force_login(people.authority)
    tab = reverse("districts:district_detail", args=[district.code]) + "?tab=plan"
    assert "本单位可读（虚构）" in client.get(tab).content.decode()


def test_an_approved_plan_is_frozen_and_the_next_version_takes_its_sections_along(preparer, people, district):
    row = save(district, people.preparer, upload=pdf(), present="甲（虚构）")
    SpecialPlan.objects.update(approved_on=DAY, approval_number="演示府〔2026〕1号")
    assert preparer.get(page(district)).status_code == 410
    assert preparer.post(page(district), {"version": 1, names(ASSESSMENT)[0]: "改"}).status_code == 410
    refuses(Closed, save, district, people.preparer, version=1, present="改")
    file = row.files.get()
    remove = reverse("districts:plan_file_remove", args=[district.code, ASSESSMENT.value, file.pk])
    assert preparer.post(remove, {"confirmed": "1"}).status_code == 410
    assert preparer.post(reverse("districts:plan_renew", args=[district.code])).status_code == 302
    copied = PlanSection.objects.get(plan__number=2)
    assert (copied.texts, copied.files.get().document) == ({"present": "甲（虚构）"}, file.document)
    assert preparer.post(page(district), {"version": 0, names(ASSESSMENT)[0]: "改"}).status_code == 302
    row.refresh_from_db()
    assert row.texts == {"present": "甲（虚构）"}
    mine = reverse("districts:plan_file_remove", args=[district.code, ASSESSMENT.value, copied.files.get().pk])
    assert "确定" in preparer.post(mine).content.decode()
    assert preparer.post(mine, {"confirmed": "1"}).status_code == 302
    assert list(PlanSectionFile.objects.all()) == [file]


def test_a_tick_without_content_is_no_ground_for_a_new_approval(people, district):
    plan = SpecialPlanFactory(district=district)
    PlanSection.objects.create(plan=plan, section="system", stated=["系统规划"])
    PlotFactory(district=district)
    with pytest.raises(Refused) as refused:
        plans.approve_plan(plan=plan, approved_on=DAY, approval_number="演示府〔2026〕1号", by=people.preparer)
    assert "“系统规划”只有勾选、没有内容，请补写以后再登记批准" in [one.text for one in refused.value.refusals]
    SpecialPlan.objects.update(approved_on=DAY)
    plan.refresh_from_db()
    assert early_work(plan) == {"系统规划"}


def test_the_check_the_tab_and_the_form_say_the_same_of_every_section(preparer, people):
    filing = Filing(people)
    plan = filing.district.plans.get()
    PlanSection.objects.filter(section="system").update(texts={"measures": "只写了措施（虚构）"})
    whole = {line.kind.label for line in sections_of(plan) if line.is_whole} - {STRATEGIES.label}
    assert district_facts(filing.district, clock.today())["diagnosis_parts"].value == whole
    assert "系统规划" not in whole
    form = form_content(filing.case)["plan"]
    said = {section["name"]: section["state"] for section in form["sections"]}
    assert said["系统规划"] == "填写中，1/2"
    tab = preparer.get(reverse("districts:district_detail", args=[filing.district.code]) + "?tab=plan").content.decode()
    printed = preparer.get(reverse("approvals:case_print", args=[filing.case.pk])).content.decode()
    for words in ("只写了措施（虚构）", "填写中，1/2", form["synchrony"]):
        assert (words in tab, words in printed) == (True, True), words


@pytest.mark.parametrize("rows", [1, 3])
def test_a_plan_with_more_files_takes_no_more_queries(people, district, kept_queries, rows):
    for number in range(rows):
        save(district, people.preparer, version=number, upload=pdf(f"{number}.pdf"), present="甲")
    plan = SpecialPlan.objects.select_related("district").get()
    with kept_queries():
        assert [len(line.files) for line in sections_of(plan)] == [rows, 0, 0, 0, 0]


def test_the_form_says_at_once_whether_the_two_were_drawn_up_together(preparer, district):
    plan = SpecialPlanFactory(district=district)
    edit = reverse("districts:plan_edit", args=[district.code])
    days = {"design_started_on": "2026-01-05", "design_approved_on": "2026-03-01", "scheme_started_on": "2026-04-01"}
    assert preparer.post(edit, {"version": plan.version, "do": "save", **days}).status_code == 302
    plan.refresh_from_db()
    assert synchrony_of(plan).words == "未同步编制：城市设计批准31天以后才开始编制规划方案"
    assert synchrony_of(plan).words in preparer.get(edit).content.decode()


def test_the_approval_names_what_could_not_be_written_any_more(preparer, district):
    plan = SpecialPlanFactory(district=district)
    write_sections(plan)
    edit = reverse("districts:plan_edit", args=[district.code])
    assert "登记批准后不能再写" not in preparer.get(edit).content.decode()
    plan.sections.filter(section="system").update(texts={"measures": "只写了措施（虚构）"})
    plan.sections.filter(section="positioning").delete()
    assert "尚未填完：定位策划、系统规划。登记批准后不能再写" in preparer.get(edit).content.decode()


def test_projects_of_the_two_programmes_belong_to_renewal_districts_and_stand_under_their_drive(preparer, people):
    renewal = make_district(people, type=DistrictType.RENEWAL, name="演示旧城（虚构）", renewal_drives=["功能提升", "产业发展"])
    create = reverse("districts:entry_create", args=[renewal.code, "renewal-projects"])
    sent = {"kind": "street", "name": "沿河路街区（虚构）", "drive": "功能提升", "started_on": "2026-03-01", "finished_on": "2026-02-01"}
    assert "完工日期不能早于开工日期" in preparer.post(create, sent).content.decode()
    assert preparer.post(create, {**sent, "finished_on": ""}).status_code == 302
    found = renewal_of(renewal)
    assert [(str(row), row.drive) for row in found.projects] == [("沿河路街区（虚构）", "功能提升")]
    assert (found.drive_words, found.project_words) == ("功能提升、产业发展", "美丽街区1个")
    new = make_district(people, type=DistrictType.NEW, name="演示新区（虚构）")
    refused = preparer.post(reverse("districts:entry_create", args=[new.code, "renewal-projects"]), {**sent, "finished_on": ""})
    assert (refused.status_code, "本城区不是更新城区" in refused.content.decode()) == (422, True)
    assert renewal_of(new) is None


def test_what_moves_a_renewal_district_stands_in_its_score_table_form_and_annual_report(preparer, people):
    district = make_district(people, type=DistrictType.RENEWAL, name="演示旧城（虚构）", renewal_drives=["功能提升", "产业发展"])
    table = make_table(people, district=district)
    for name in ("score_table", "score_print"):
        assert "功能提升、产业发展" in preparer.get(reverse(f"assessments:{name}", args=[table.pk])).content.decode(), name
    assert ("更新导向", "功能提升、产业发展") in facts(figures_of(district, 2026, clock.today()))
    assert ("美丽街区、美丽家园项目", "没有登记") in facts(figures_of(district, 2026, clock.today()))
    for name, drive in (("沿河街区", "产业发展"), ("老宅小区", ""), ("沿路街区", "产业发展")):
        district.renewal_projects.create(kind="street", name=name, drive=drive)
    assert ("美丽街区、美丽家园项目", "产业发展2个：沿河街区、沿路街区；未填更新导向1个：老宅小区") in facts(
        figures_of(district, 2026, clock.today())
    )
    filing = Filing(people)
    assert "更新导向" not in dict(form_content(filing.case)["facts"])
    type(district).objects.filter(pk=filing.district.pk).update(type=DistrictType.RENEWAL, renewal_drives=["产业发展"])
    filing.case.district.refresh_from_db()
    filing.case.district.renewal_projects.create(kind="home", name="小区改造（虚构）")
    told = dict(form_content(filing.case)["facts"])
    assert (told["更新导向"], told["美丽街区、美丽家园项目"]) == ("产业发展", "美丽家园1个")


@pytest.mark.area("districts/special_plans", "districts/migrations")  # tables go and come
def test_ticks_of_old_become_sections_without_content_and_back(people):
    new, renewal = (make_district(people, type=kind, name=f"演示{kind}城（虚构）") for kind in DistrictType.values)
    kept = SpecialPlanFactory(district=new, carbon_intensity_target=Decimal("31.5"))
    write_sections(kept)
    old = SpecialPlanFactory(district=renewal)
    connection.check_constraints()
    call_command("migrate", "districts", "0011", verbosity=0)
    state = MigrationExecutor(connection).loader.project_state(("districts", "0011_plan_sections"))
    plans_then = state.apps.get_model("districts", "SpecialPlan")
    back = plans_then.objects.get(pk=kept.pk)
    assert (back.diagnosis_parts, back.positioning) == (list(DIAGNOSIS_PARTS[DistrictType.NEW]), "position的内容（虚构）")
    assert back.scheme_dimensions == Dimension.values
    ticked = {"diagnosis_parts": ["生态诊断", "更新规划"], "positioning": "水岸更新（虚构）", "scheme_dimensions": ["韧性安全"]}
    plans_then.objects.filter(pk=old.pk).update(**ticked, indicator_dimensions=["智慧管控"])
    for name in ("0012", "0013"):  # each is a transaction of its own outside tests
        connection.check_constraints()
        call_command("migrate", "districts", name, verbosity=0)
    connection.check_constraints()
    call_command("migrate", "districts", verbosity=0)
    rows = {row.section: row for row in PlanSection.objects.filter(plan=old.pk)}
    assert {name: row.stated for name, row in rows.items()} == {
        "diagnosis": ["生态诊断"], "renewal": ["更新规划"], "goals": [], "strategies": ["韧性安全"], "indicators": ["智慧管控"],
    }  # fmt: skip
    assert rows["goals"].texts == {"position": "水岸更新（虚构）"}
    assert {line.kind.label: line.words for line in sections_of(SpecialPlan.objects.get(pk=old.pk))} == {
        "生态诊断": "只有勾选，没有内容",
        "目标制定": "填写中，1/2",
        "更新规划": "只有勾选，没有内容",
        "绿色生态实施策略": "只有勾选，没有内容",
    }
