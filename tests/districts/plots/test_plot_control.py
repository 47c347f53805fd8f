"""A plot from consultation to completion, in each of the three control tables (七（二）)."""

import datetime as dt
from functools import partial

import pytest
from django.urls import reverse

from districts.baselines import services as baselines
from districts.common.enums import Acquisition, ControlStep, OpinionPurpose
from districts.facts.facts import district_facts
from districts.lists import services as rows
from districts.overview.selectors.omissions import omission_rows
from districts.overview.selectors.tasks import tasks_for
from districts.plots.milestones import MilestonePlots, acquired_plots, built_plots
from districts.plots.models import OpinionResult, Plot, PlotControl, SupplierLevel
from districts.plots.selectors.page import step_bar
from districts.plots.services.control import open_control
from districts.plots.services.indicator_values import except_design, save_values
from districts.plots.services.opinions import add_check, answer_opinion, ask_opinions
from districts.projects.services import check_work
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.procedure import offered, procedure_of, take
from tests.factories.accounts import PostFactory, make_organisation
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import PlotFactory, WorkFactory, make_district
from tests.plot_steps import WHY, next_day, paper, proof_of
from tests.refusing import refuses
from tests.steps import step as taken

pytestmark = pytest.mark.django_db
REQUIRED = {"carbon": "36", "star": "二星级", "runoff": "75%", "open_green": "是"}
GOOD = {"carbon": "35.5", "star": "三星级", "runoff": "75", "open_green": "是"}
MUST = ("交通", "交警", "绿化市容")
DAY, UNSAID = dt.date(2026, 3, 2), object()
LAND = {"grant": ("contract",), "allocation": ("land_opinion", "allocate"), "own": ("land_opinion",)}


@pytest.fixture
def plot(people):
    return PlotFactory(district=make_district(people), number="YC-01", land_use_code="070102")


def started(plot, people, table="grant", **more):
    return open_control(plot=plot, table=table, by=people.preparer, **more)


def asked(control, people, level=SupplierLevel.DISTRICT, body=None):
    organisation = body or {SupplierLevel.CITY: people.city_body, SupplierLevel.DISTRICT: people.bureau_body}[level]
    proof = proof_of(control, people.preparer, "ask")
    taken(control, "ask", people.preparer, level=level, organisation=organisation, on=DAY, **proof)
    return control.plot.opinions.get(purpose=OpinionPurpose.CONDITIONS, answered_on=None)


def replied(control, people, required=REQUIRED):
    asked(control, people)
    return reply(control, people.bureau, required)


def reply(control, by, required=REQUIRED, on=DAY):
    values = {f"{key}-required": value for key, value in required.items()}
    return taken(control, "reply", by, number="演示住建〔2026〕3号", on=on, **values)


def step(control, by, action, *, on=UNSAID, number="演示-1", reason=""):
    """A step with its file, as 补录 where another than its office records it, on the first plausible day unless ``on`` is given."""
    control.refresh_from_db()
    day = next_day(control, action) if on is UNSAID else on
    return taken(control, action, by, reason, on=day, number=number, **proof_of(control, by, action))


def answered(plot, people, result=OpinionResult.AGREED):
    for opinion in ask_opinions(plot=plot, departments=MUST, by=people.preparer, on=DAY):
        answer_opinion(opinion=opinion, result=result, text="按意见修改", number="演示函1", by=people.preparer, on=DAY, upload=paper())


def fill(plot, people, **fields):
    plot.refresh_from_db()
    values = {key: {name: given.get(key, "") for name, given in fields.items()} for key in REQUIRED}
    return save_values(plot=plot, values=values, version=plot.version, by=people.preparer)


def at_completion(plot, people, table="grant"):
    control = replied(started(plot, people, table), people)
    for action in LAND[table]:
        step(control, people.preparer, action)
    answered(plot, people)
    fill(plot, people, designed=GOOD)
    for action in ("pass_design", "pass_drawings", "begin", "finish"):
        step(control, people.preparer, action)
    return control


@pytest.mark.parametrize("table", LAND)
def test_a_plot_of_each_kind_goes_through_its_table(plot, people, table):
    control = at_completion(plot, people, table)
    assert control.status == ControlStep.COMPLETION
    fill(plot, people, built=GOOD)
    refuses("应登记为符合", step, control, people.preparer, "complete_short")
    step(control, people.preparer, "complete", on=dt.date(2026, 6, 1))
    plot.refresh_from_db()
    assert (plot.built_on, plot.conforms, plot.started_on.isoformat()) == (dt.date(2026, 6, 1), True, control.steps["begin"]["on"])
    got = {"grant": "contract", "allocation": "allocate"}.get(table)
    assert plot.acquired_on == (dt.date.fromisoformat(control.steps[got]["on"]) if got else None)
    taken = list(TransitionRecord.objects.filter(machine=f"plot_{table}").order_by("pk").values_list("action", flat=True))
    assert taken == ["ask", "reply", *LAND[table], "pass_design", "pass_drawings", "begin", "finish", "complete"]


def test_built_worse_than_required_is_listed_and_counts_once_corrected(plot, people):
    control = at_completion(plot, people)
    baselines.freeze_baseline(district=plot.district, kind="pilot", reason="测试", by=None)

    def built():
        return district_facts(plot.district, clock.today())["plots_built_ratio"].numerator

    refuses("缺建成值", step, control, people.preparer, "complete")
    fill(plot, people, built={**GOOD, "carbon": "36.01", "open_green": "否"})
    with pytest.raises(Refused) as refused:
        step(control, people.preparer, "complete")
    short = ["单位建筑面积年碳排放量：要求36kgCO₂/(m²·a)，实际36.01kgCO₂/(m²·a)", "附属绿地开放共享：要求是，实际否"]
    assert [found.text for found in refused.value.refusals] == short
    step(control, people.preparer, "complete_short", on=dt.date(2026, 6, 1))
    plot.refresh_from_db()
    assert (plot.conforms, built()) == (False, 0)
    refuses("碳排放量", step, control, people.preparer, "correct", on=dt.date(2026, 7, 1), reason="整改")
    fill(plot, people, built=GOOD)
    refuses("理由", step, control, people.preparer, "correct", on=dt.date(2026, 7, 1))
    step(control, people.preparer, "correct", on=dt.date(2026, 7, 1), reason="更换设备并复测")
    plot.refresh_from_db()
    assert (plot.conforms, plot.built_on, built()) == (True, dt.date(2026, 7, 1), 1)
    refuses(Closed, fill, plot, people, built=REQUIRED)


def test_what_is_not_required_wants_no_value_of_design_or_building(plot, people):
    control = replied(started(plot, people, "grant"), people, {"carbon": "36", "star": "无", "open_green": "否"})
    for action in LAND["grant"]:
        step(control, people.preparer, action)
    answered(plot, people)
    refuses(r"缺设计值：单位建筑面积年碳排放量$", step, control, people.preparer, "pass_design")
    fill(plot, people, designed={"carbon": "35"})
    for action in ("pass_design", "pass_drawings", "begin", "finish"):
        step(control, people.preparer, action)
    refuses(r"缺建成值：单位建筑面积年碳排放量$", step, control, people.preparer, "complete")
    fill(plot, people, designed={"carbon": "35"}, built={"carbon": "36"})
    step(control, people.preparer, "complete")
    plot.refresh_from_db()
    assert plot.conforms is True


@pytest.mark.parametrize(("level", "body"), [
    (SupplierLevel.CITY, "bureau_body"), (SupplierLevel.DISTRICT, "city_body"), (SupplierLevel.DISTRICT, "outsider_body"),
])  # fmt: skip
def test_the_body_asked_is_of_the_level_of_the_land_supplier(plot, people, level, body):
    control = started(plot, people)
    refuses("同级住建部门", asked, control, people, level, getattr(people, body))
    assert control.status == ControlStep.PREPARE


@pytest.mark.parametrize(("level", "who"), [(SupplierLevel.CITY, "city_officer"), (SupplierLevel.DISTRICT, "bureau")])
def test_the_question_waits_on_the_desk_of_the_body_with_its_day(plot, people, level, who):
    asked(started(plot, people), people, level)
    waiting = [task for task in tasks_for(Viewer(getattr(people, who))) if task.kind == "plot_opinion"]
    assert [(task.due, plot.number in task.subject) for task in waiting] == [(dt.date(2026, 3, 16), True)]
    other = people.bureau if who == "city_officer" else people.city_officer
    assert [task for task in tasks_for(Viewer(other)) if task.kind == "plot_opinion"] == []


def test_who_is_asked_follows_from_the_department_and_never_from_the_name(plot, people, preparer):
    """Without a body of the department nobody is asked in its place: page and refusal say which is missing and where to enter it."""
    control, bodies = started(plot, people), type(people.bureau_body).objects
    page = reverse("districts:plot_control", args=[plot.district.code, plot.pk])
    bodies.filter(pk=people.bureau_body.pk).update(departments=["water"])
    missing = "没有承担“住房城乡建设”职责的单位，请系统管理员在“单位”页登记或勾选"
    for body in (people.bureau_body, people.authority_body):
        refuses(missing, asked, control, people, body=body)
    assert f"演示甲区人民政府（虚构）{missing}" in preparer.get(page).content.decode()
    bodies.filter(pk=people.bureau_body.pk).update(name="青浦区建设和管理委员会", departments=["housing"])
    assert missing not in preparer.get(page).content.decode()
    asked(control, people)


def test_only_the_body_asked_replies_and_only_with_a_requirement(plot, people):
    control = started(plot, people)
    opinion = asked(control, people)
    refuses(NotAllowed, reply, control, people.city_officer)
    for required, on, words in (
        ({"star": ""}, DAY, "至少对一项"), ({"star": "四星级"}, DAY, "绿色建筑星级的要求值"), (REQUIRED, dt.date(2026, 3, 1), "早于上一步"),
    ):  # fmt: skip
        refuses(words, reply, control, people.bureau, required, on=on)
    assert not plot.indicators.exists()
    reply(control, people.bureau)
    opinion.refresh_from_db()
    assert (opinion.answered_on, opinion.answered_by, opinion.required["star"]) == (DAY, people.bureau, "二星级")
    refuses("不能办理", reply, control, people.bureau)


def test_a_reply_replaces_what_the_plan_required_and_then_stays(plot, people):
    control = started(plot, people)
    fill(plot, people, required={"carbon": "40", "star": "一星级"})
    save_values(plot=plot, values={"prefab": {"required": "40"}}, version=None, by=people.consultant)
    replied(control, people)
    held = {row.key: (row.required, row.by_consultation) for row in plot.indicators.all() if row.required}
    assert held == {"carbon": ("36", True), "star": ("二星级", True), "runoff": ("75", True), "open_green": ("yes", True)}
    with pytest.raises(Closed, match="不能自行修改"):
        fill(plot, people, required={"carbon": "50"})


def test_the_design_waits_for_every_department_that_must_be_asked(plot, people):
    control = step(replied(started(plot, people), people), people.preparer, "contract")
    fill(plot, people, designed=GOOD)
    first = ask_opinions(plot=plot, departments=("交通", "水务"), by=people.preparer, on=DAY)
    refuses("已向这个部门征询", ask_opinions, plot=plot, departments=("交通",), by=people.preparer, on=DAY)
    refuses("交通、交警、绿化市容", step, control, people.preparer, "pass_design")
    answer_opinion(
        opinion=first[0], result=OpinionResult.OBJECTED, text="出入口过近", number="演示函2", by=people.preparer, on=DAY, upload=paper()
    )
    ask_opinions(plot=plot, departments=("交警", "绿化市容"), by=people.preparer, on=DAY)
    for opinion in plot.opinions.filter(purpose=OpinionPurpose.DESIGN, mandatory=True, answered_on=None):
        answer_opinion(opinion=opinion, result=OpinionResult.AGREED, text="", number="演示函3", by=people.preparer, on=DAY, upload=paper())
    refuses("部门不同意：交通", step, control, people.preparer, "pass_design")
    again = ask_opinions(plot=plot, departments=("交通",), by=people.preparer, on=DAY)
    answer_opinion(opinion=again[0], result=OpinionResult.AGREED, text="", number="演示函4", by=people.preparer, on=DAY, upload=paper())
    step(control, people.preparer, "pass_design")
    assert first[0].due_on == dt.date(2026, 3, 16)


def test_a_department_with_people_in_the_portal_answers_itself(plot, people, preparer):
    """A bureau without people, or one of two of the department, answers on paper."""
    started(plot, people)
    traffic, water, other = (
        make_organisation("bureau", name=f"演示甲区{name}（虚构）", parent=people.authority_body, departments=[key])
        for name, key in (("交通局", "transport"), ("水务局", "water"), ("水务所", "water"))
    )
    for body in (water, other):
        PostFactory(organisation=body, role=Role.BUREAU)
    asked = {"departments": ("交通", "水务", "住房城乡建设"), "by": people.preparer, "on": DAY}
    bodies = [one.organisation for one in ask_opinions(plot=plot, **asked)]
    assert bodies == [None, None, people.bureau_body]
    policeman = PostFactory(organisation=traffic, role=Role.BUREAU).user
    page = reverse("districts:plot_control", args=[plot.district.code, plot.pk])
    assert "交通（必询）　由演示甲区交通局（虚构）在平台答复" in preparer.get(page).content.decode()
    again = PlotFactory(district=plot.district)
    opinion = ask_opinions(plot=again, departments=("交通",), by=people.preparer, on=DAY)[0]
    with pytest.raises(NotAllowed, match="由演示甲区交通局（虚构）答复"):
        answer_opinion(opinion=opinion, result=OpinionResult.AGREED, text="", number="演示函1", by=people.preparer)
    assert [task.subject for task in tasks_for(Viewer(policeman))] == [f"{plot.district} {again}"]
    assert answer_opinion(opinion=opinion, result=OpinionResult.AGREED, text="", by=policeman).answered_by == policeman


def test_only_industry_with_its_scheme_skips_the_design_review(plot, people):
    refuses("工业用地", started, plot, people, with_scheme=True)
    control = step(replied(started(plot, people), people), people.preparer, "contract")
    refuses("免方案审核", step, control, people.preparer, "exempt_design", reason="带方案")
    mill = PlotFactory(district=plot.district, land_use_code="100101")
    control = step(replied(started(mill, people, with_scheme=True), people), people.preparer, "contract")
    step(control, people.preparer, "exempt_design", reason="工业园区内带方案出让")
    assert control.status == ControlStep.DRAWINGS


def test_a_step_taken_by_mistake_is_taken_back_with_what_it_wrote(plot, people):
    control = step(replied(started(plot, people), people), people.preparer, "contract")
    refuses("理由", step, control, people.preparer, "step_back")
    step(control, people.preparer, "step_back", reason="合同日期填错")
    plot.refresh_from_db()
    assert (control.status, plot.acquired_on, set(control.steps)) == (ControlStep.CONTRACT, None, {"ask", "reply"})
    step(control, people.preparer, "step_back", reason="须重新征询")
    assert (control.status, control.steps) == (ControlStep.PREPARE, {})
    asked(control, people)
    assert plot.opinions.count() == 2


@pytest.mark.parametrize(("given", "words"), [
    ({"on": None}, "请填写日期"), ({"number": " "}, "合同编号"), ({"on": dt.date(2999, 1, 1)}, "晚于今天"),
    ({"on": dt.date(2026, 3, 1)}, "早于上一步"),
])  # fmt: skip
def test_a_step_has_its_day_and_number(plot, people, given, words):
    control = replied(started(plot, people), people)
    refuses(words, step, control, people.preparer, "contract", **given)


def test_what_the_steps_decide_is_not_typed(plot, people):
    control = replied(started(plot, people), people)
    for values in ({"acquired_on": DAY}, {"built_on": DAY, "conforms": True}, {"acquisition": "own"}, {"buildable": False}):
        refuses("按管控步骤登记", rows.save, Plot, district=plot.district, values=values, by=people.preparer, row=plot)
    refuses("不能删除", rows.delete, plot, by=people.preparer)
    refuses("取得方式不能再改", open_control, plot=plot, table="own", by=people.preparer)
    refuses(Stale, take, obj=control, action="contract", by=people.preparer, version=99, values={"on": DAY, "number": "1"})


def test_conformity_is_not_typed_against_the_values(plot, people):
    fill(plot, people, required=REQUIRED, built={**GOOD, "runoff": "74.99"})
    plot.refresh_from_db()
    with pytest.raises(Refused, match="建成值差于要求"):
        rows.save(Plot, district=plot.district, values={"built_on": DAY, "conforms": True}, by=people.preparer, row=plot)


def test_a_kept_plot_and_one_entered_as_built_have_no_table(plot, people):
    got = {"acquisition": "grant", "acquired_on": DAY}
    for given in ({"buildable": False}, {**got, "proof": False}, {**got, "built_on": DAY}):
        refuses(Refused, started, PlotFactory(district=plot.district, **given), people)
    refuses(NotAllowed, open_control, plot=plot, table="grant", by=people.consultant)


def test_a_check_that_fails_says_why(plot, people):
    refuses("写明意见", add_check, plot=plot, stage="approval", department="发展改革", result="not_held", by=people.bureau, on=DAY)
    refuses(NotAllowed, add_check, plot=plot, stage="approval", department="发展改革", result="held", by=people.reviewer, on=DAY)


@pytest.mark.parametrize(("seat", "department", "is_own"), [
    ("bureau", "建设交通", True), ("bureau", "住建委", True), ("bureau", "own body", True), ("bureau", "水务", False),
    ("bureau", "演示水务中心（虚构）", False), ("preparer", "建设交通", False), ("consultant", "规划资源", False),
])  # fmt: skip
def test_a_finding_is_of_the_department_itself_or_a_backfill_with_its_scan(plot, people, seat, department, is_own):
    work = WorkFactory(district=plot.district)
    name = people.bureau_body.name if department == "own body" else department
    given = {"stage": "completion", "department": name, "by": getattr(people, seat), "on": DAY}
    for check in (partial(add_check, plot=plot), partial(check_work, work=work)):
        assert check(**given, result="asked").is_backfill is False, "to have asked is no finding"
        if not is_own:
            refuses("请上传书面审查意见的扫描件", check, **given, result="held")
        for upload in (None, paper()) if is_own else (paper(),):
            made = check(**given, result="held", upload=upload)
            kind = made.document and made.document.kind
            assert (made.is_backfill, kind) == (not is_own, upload and ("建设过程文件" if is_own else "补录证明"))


def test_a_plot_with_which_a_department_finds_fault_at_completion_is_not_called_conforming(plot, people):
    control = at_completion(plot, people)
    fill(plot, people, built=GOOD)
    checked = {"plot": plot, "stage": "completion", "by": people.bureau, "upload": paper()}
    make_organisation("bureau", name="演示甲区生态环境局（虚构）", parent=people.authority_body, departments=["environment"])
    add_check(**checked, department="演示甲区生态环境局（虚构）", result="not_held", on=DAY, text="雨水口未改")
    add_check(**checked, department="规划资源", result="held", on=DAY)
    refuses("部门审查不符合：演示甲区生态环境局", step, control, people.preparer, "complete")
    step(control, people.preparer, "complete_short")
    add_check(**checked, department="环境保护", result="asked", on=clock.today())
    with pytest.raises(Refused) as refused:
        step(control, people.preparer, "correct", on=clock.today(), reason="已改")
    assert [one.remedy for one in refused.value.refusals] == ["整改后登记该部门的再次审查"]
    add_check(**checked, department="环境保护", result="held", on=clock.today())
    step(control, people.preparer, "correct", on=clock.today(), reason="已改")
    plot.refresh_from_db()
    assert plot.conforms is True


@pytest.fixture
def got(people):
    """A plot that was granted before the portal, with reason and proof."""
    return PlotFactory(district=make_district(people), number="YC-02", land_use_code="070102", acquisition="grant", acquired_on=DAY)


def test_a_plot_got_with_its_proof_is_controlled_from_the_design_on(got, people, preparer):
    refuses("应与补录的一致", started, got, people, table="allocation")
    control = started(got, people)
    refuses("不能再从征询办起", asked, control, people)
    refuses("没有绿色生态指标要求", taken, control, "resume", people.preparer)
    fill(got, people, required=REQUIRED)
    page = reverse("districts:plot_control", args=[got.district.code, got.pk])
    text = preparer.get(page).content.decode()
    assert ("接续办理（取得已补录）" in text, "发起征询" in text) == (True, False)
    taken(control, "resume", people.preparer)
    got.refresh_from_db()
    assert (control.status, got.acquired_on, got.backfill_id is not None) == ("design", DAY, True)
    assert acquired_plots(got.district, DAY) == MilestonePlots({got.pk}, {got.pk}, set())
    (row,) = omission_rows([got.district_id], DAY + dt.timedelta(days=30))
    assert (row.omission.duty, row.is_told) == ("consult", True), "the consultation that never was stays told, not counted"
    refuses("没有可退回的步骤", taken, control, "step_back", people.preparer, reason="试退")
    text = preparer.get(page).content.decode()
    assert ("撤回接续办理（登记有误）" in text, "还不能退回上一步" in text) == (True, False)
    taken(control, "resume_back", people.preparer, reason="登记有误")
    got.refresh_from_db()
    assert (control.status, control.steps, got.acquired_on, got.backfill_id is not None) == ("prepare", {}, DAY, True)


def test_a_table_gone_through_from_its_beginning_is_not_resumed(plot, people, preparer):
    control = started(plot, people)
    fill(plot, people, required=REQUIRED)
    refuses("没有补录的取得", taken, control, "resume", people.preparer)
    assert "接续办理" not in preparer.get(reverse("districts:plot_control", args=[plot.district.code, plot.pk])).content.decode()
    control = replied(control, people)
    step(control, people.preparer, "contract")
    refuses("没有接续办理", taken, control, "resume_back", people.preparer, reason="试退")


NEXT = DAY + dt.timedelta(days=1)


def make_plot():
    """Industrial land whose 住建 body was asked."""
    people = make_cast()
    plot = PlotFactory(district=make_district(people), number="YC-01", land_use_code="100101")
    control = open_control(plot=plot, table="grant", by=people.preparer)
    asked(control, people)
    for opinion in ask_opinions(plot=plot, departments=("交通", "交警", "绿化市容"), by=people.preparer, on=DAY):
        answer_opinion(opinion=opinion, result="agreed", text="", number="演示函1", by=people.preparer, on=DAY, upload=paper())
    return people, control


def test_what_the_steps_say_they_make_is_made():
    people, control = make_plot()
    made = {action: one.makes for action, one in procedure_of(control).steps.items() if one.makes}
    assert made == {"ask": ("opinion",), "reply": ("required",), "contract": ("acquired_on",), "begin": ("started_on",)}
    assert control.plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS).exists()
    taken(control, "reply", people.bureau, on=DAY, **{"carbon-required": "36"})
    assert control.plot.indicators.get(key="carbon").required == "36"
    step(control, people.preparer, "contract", on=NEXT)
    assert Plot.objects.get().acquired_on == NEXT
    PlotControl.objects.update(status=ControlStep.SITE)
    begun = dt.date.fromisoformat(step(control, people.preparer, "begin").steps["begin"]["on"])
    assert Plot.objects.get().started_on == begun
    record = TransitionRecord.objects.get(action="contract")
    assert record.facts == {"on": "2026-03-03", "number": "演示-1", "backfill": True, "backfill_reason": WHY}


@pytest.mark.parametrize("status", [ControlStep.CONSULT, ControlStep.CONTRACT, ControlStep.DONE])
def test_the_bar_marks_what_is_done_and_where_the_plot_stands(status):
    marks = [step["state"] for step in step_bar(PlotControl(table=Acquisition.GRANT, status=status))]
    before = {ControlStep.CONSULT: 0, ControlStep.CONTRACT: 1, ControlStep.DONE: len(marks)}[status]
    assert marks == (["done"] * before + ["now"] + [""] * len(marks))[: len(marks)]


@pytest.fixture
def offices(people):
    """A person of each office beside the 住建 one, which has no planning department."""
    found = {"bureau": people.bureau, "preparer": people.preparer}
    for key in ("planning", "drawings", "supervision", "water"):
        body = make_organisation("bureau", name=f"演示甲区{key}（虚构）", parent=people.authority_body, departments=[key])
        found[key] = PostFactory(organisation=body, role=Role.BUREAU).user
    return found


WALK = {
    "ask": "planning", "contract": "planning", "land_opinion": "planning", "allocate": "planning", "pass_design": "planning",
    "pass_drawings": "drawings", "begin": "supervision", "finish": "supervision", "complete": "supervision",
}  # fmt: skip


@pytest.mark.parametrize("table", LAND)
def test_every_step_is_taken_by_its_office_and_taken_back_by_who_recorded_it(plot, people, offices, table):
    """No step of the offices is a 补录; nobody else is offered a step back, and least of all on a finished plot."""
    control = started(plot, people, table)
    taken(control, "ask", offices["planning"], level=SupplierLevel.DISTRICT, organisation=people.bureau_body, on=DAY)
    assert {seat for seat, user in offices.items() if "recall" in [one.action for one in offered(control, user)]} == {"planning"}
    reply(control, people.bureau)
    answered(plot, people)
    fill(plot, people, designed=GOOD, built=GOOD)
    for action in (*LAND[table], "pass_design", "pass_drawings", "begin", "finish", "complete"):
        owner = WALK[action]
        may = {seat for seat, user in offices.items() if action in [one.action for one in offered(control, user)]}
        assert may - {"bureau"} == {owner, "preparer"}, action
        assert ("bureau" in may) is (owner == "supervision"), action
        refuses("请勾选“补录”", taken, control, action, people.preparer, on=next_day(control, action), number="1", upload=paper())
        step(control, offices[owner], action)
        back = {seat for seat, user in offices.items() if "step_back" in [one.action for one in offered(control, user)]}
        assert back == {owner}, action
    assert not any(kept.get("backfill") for kept in control.steps.values())
    assert {one.action for one in control.papers.all()} == {"pass_drawings", "complete", *(["contract"] if table == "grant" else [])}
    assert built_plots(plot.district, clock.today()).proven == set()


def test_what_the_applicant_records_counts_as_backfilled_with_reason_and_file(plot, people):
    control = at_completion(plot, people)
    fill(plot, people, built=GOOD)
    step(control, people.preparer, "complete")
    baselines.freeze_baseline(district=plot.district, kind="pilot", reason="测试", by=None)
    fact = district_facts(plot.district, clock.today())["plots_built_ratio"]
    assert (fact.numerator, "其中补录1个，有理由和证明" in fact.note) == (1, True)
    assert {one.is_backfill for one in control.papers.all()} == {True}
    assert {one.reason for one in control.papers.all()} == {WHY}


@pytest.mark.parametrize(("change", "words"), [
    ({"upload": None}, "请上传土地出让合同"), ({"backfill": False}, "请勾选“补录”"), ({"backfill_reason": " "}, "补录的理由"),
])  # fmt: skip
def test_each_thing_that_proves_a_step_is_missed_by_its_name(plot, people, change, words):
    control = replied(started(plot, people), people)
    given = {"on": next_day(control, "contract"), "number": "1", **proof_of(control, people.preparer, "contract"), **change}
    refuses(words, taken, control, "contract", people.preparer, **given)


def test_a_design_worse_than_required_waits_for_who_asked_for_it(plot, people, offices):
    control = step(replied(started(plot, people), people), people.preparer, "contract")
    answered(plot, people)
    fill(plot, people, designed={**GOOD, "runoff": "70"})
    refuses("设计差于要求：年径流总量控制率：要求75%，实际70%", step, control, people.preparer, "pass_design")
    for seat in ("preparer", "planning", "water"):
        with pytest.raises(NotAllowed, match="提出要求的部门"):
            except_design(plot=plot, reason="场地受限", by=offices[seat])
    refuses("同意例外的理由", except_design, plot=plot, reason=" ", by=people.bureau)
    assert except_design(plot=plot, reason="场地受限", by=people.bureau) == ["年径流总量控制率"]
    fill(plot, people, designed={**GOOD, "runoff": "69"})
    refuses("实际69%", step, control, people.preparer, "pass_design")  # worse than what was agreed to
    fill(plot, people, designed={**GOOD, "runoff": "71"})
    assert step(control, people.preparer, "pass_design").status == ControlStep.DRAWINGS


def test_a_reply_on_paper_is_a_backfill_with_its_scan(plot, people, offices):
    replied(started(plot, people), people)
    opinion = ask_opinions(plot=plot, departments=("交警",), by=offices["planning"], on=DAY)[0]
    given = {"opinion": opinion, "result": OpinionResult.AGREED, "text": "", "number": "演示函1", "on": DAY}
    refuses("请上传扫描件", answer_opinion, by=people.preparer, **given)
    for stranger in ("water", "drawings"):
        with pytest.raises(NotAllowed):
            answer_opinion(by=offices[stranger], upload=paper(), **given)
    assert answer_opinion(by=people.preparer, upload=paper(), **given).document is not None


def test_steps_recorded_before_go_on_counting_and_are_taken_back_by_their_office(plot, people, offices):
    """Records of 0.1.0 name no body and have no file: neither is asked for afterwards."""
    control = started(plot, people)
    steps = {
        "ask": DAY,
        "reply": DAY,
        "contract": DAY,
        "pass_design": DAY,
        "pass_drawings": DAY,
        "begin": DAY,
        "finish": DAY,
        "complete": DAY,
    }
    PlotControl.objects.update(status="done", steps={name: {"on": day.isoformat(), "number": "1"} for name, day in steps.items()})
    Plot.objects.filter(pk=plot.pk).update(acquired_on=DAY, started_on=DAY, built_on=DAY, conforms=True, acquisition="grant")
    done = built_plots(plot.district, clock.today())
    assert (done.counted, done.proven) == ({plot.pk}, set())
    control.refresh_from_db()
    back = {seat for seat, user in offices.items() if "step_back" in [one.action for one in offered(control, user)]}
    assert back == {"bureau", "supervision", "preparer"}


def test_the_reply_of_a_body_without_people_is_recorded_with_its_scan(plot, people):
    control = started(plot, people)
    asked(control, people)
    refuses(NotAllowed, reply, control, people.preparer)
    people.bureau.posts.update(valid_to=dt.date(2026, 1, 1))
    refuses("请上传补录的证明材料", reply, control, people.preparer)
    given = {"number": "演示住建〔2026〕3号", "on": DAY, "carbon-required": "36", **proof_of(control, people.preparer, "reply")}
    assert taken(control, "reply", people.preparer, **given).steps["reply"]["backfill"] is True
