"""Green requirements of a municipal work: values, checks, acceptance, and their effect on the gates."""

import datetime as dt
from contextlib import nullcontext

import pytest
from django.urls import reverse

from districts.baselines.services import freeze_baseline
from districts.common.enums import CheckStage, WorkState
from districts.facts.facts import district_facts
from districts.lists import services as rows
from districts.overview.selectors.omissions import omission_rows
from districts.plots.check_matrix import check_lines, line_of, missing, stages_reached, waiting
from districts.projects.models import ValueKind, Work, WorkCheck
from districts.projects.services import Proof, accept_work, check_work, drop_indicator, save_indicator, withdraw_acceptance
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from tests.factories.accounts import make_organisation, make_user
from tests.factories.districts import WorkFactory, make_district
from tests.plot_steps import WHY, paper
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
BEGUN, DONE = dt.date(2026, 3, 1), dt.date(2026, 9, 1)
PAVING = {"name": "透水铺装率", "kind": ValueKind.AT_LEAST, "unit": "%", "required": "50%", "designed": "60", "built": ""}
LOSS = {"name": "漏损率", "kind": ValueKind.AT_MOST, "unit": "%", "required": "8", "designed": "8", "built": ""}
LIGHTS = {"name": "智慧灯杆", "kind": ValueKind.YES_NO, "unit": "", "required": "是", "designed": "是", "built": ""}


@pytest.fixture
def work(people):
    return WorkFactory(district=make_district(people), name="演示一路")


def begun(work, people, *wanted):
    kept = [save_indicator(work=work, values=values, by=people.preparer) for values in wanted]
    work.refresh_from_db()
    rows.save(Work, district=work.district, values={"started_on": BEGUN}, by=people.preparer, row=work, version=work.version)
    work.refresh_from_db()
    return kept


def built(row, by, value):
    values = {name: getattr(row, name) for name in ("name", "kind", "unit", "required", "designed")}
    return save_indicator(work=row.work, values={**values, "built": value}, by=by, row=row)


def accept(work, by, **more):
    """As 补录 where the applicant registers it."""
    proof = Proof(paper(), *([True, WHY] if posts_of(by).has("preparer") else []))
    accepted = accept_work(**{"work": work, "on": DONE, "number": "演示验1号", "by": by, "proof": proof, **more})
    work.refresh_from_db()
    return accepted


def gate(work):
    return district_facts(type(work.district).objects.get(pk=work.district_id), clock.today())["main_works_built_ratio"]


def refusals(refused):
    return [one.text for one in refused.value.refusals]


def test_a_work_counts_once_its_values_meet_the_requirements(people, work):
    freeze_baseline(district=work.district, kind="pilot", reason="测试", by=None)
    paving, loss, lights = begun(work, people, PAVING, LOSS, LIGHTS)
    assert paving.required == "50"
    with pytest.raises(Refused) as refused:
        accept(work, people.preparer, number=" ")
    assert refusals(refused) == ["请填写竣工验收报告编号", "缺建成值：透水铺装率、漏损率、智慧灯杆"]
    for row, value in ((paving, "49.9"), (loss, "8"), (lights, "yes")):
        built(row, people.preparer, value)
    assert accept(work, people.preparer).conforms is False
    assert (work.progress, gate(work).numerator, gate(work).denominator) == (WorkState.UNPROVEN, 0, 1)
    assert "演示一路登记了建成，没有符合的竣工验收登记，不计入" in gate(work).note
    built(paving, people.preparer, "50")
    refuses("整改措施", accept, work, people.bureau, on=dt.date(2026, 10, 1))
    assert accept(work, people.bureau, on=dt.date(2026, 10, 1), reason="增铺透水砖").conforms is True
    assert (work.progress, work.built_on, gate(work).numerator) == (WorkState.BUILT, dt.date(2026, 10, 1), 1)
    assert "不计入" not in gate(work).note
    with pytest.raises(Closed, match="先撤回"):
        built(paving, people.preparer, "10")
    refuses(NotAllowed, withdraw_acceptance, work=work, reason="编号有误", by=people.preparer)
    withdraw_acceptance(work=work, reason="编号有误", by=people.bureau)
    work.refresh_from_db()
    assert (work.conforms, work.built_on, gate(work).numerator) == (None, None, 0)


@pytest.mark.parametrize(("by", "change", "words"), [
    ("preparer", {"proof": Proof()}, "请勾选“补录”"), ("preparer", {"proof": Proof(backfill=True)}, "补录的理由"),
    ("preparer", {"proof": Proof(None, True, WHY)}, "请上传竣工验收合格报告"), ("bureau", {"proof": Proof()}, "^请上传竣工验收合格报告$"),
])  # fmt: skip
def test_an_acceptance_is_proven_by_who_registers_it(people, work, by, change, words):
    (paving,) = begun(work, people, PAVING)
    built(paving, people.preparer, "55")
    refuses(words, accept, work, people.everybody[by], **change)


def test_what_the_applicant_accepted_is_told_in_the_rate(people, work):
    freeze_baseline(district=work.district, kind="pilot", reason="测试", by=None)
    (paving,) = begun(work, people, PAVING)
    built(paving, people.preparer, "55")
    accept(work, people.preparer)
    assert (gate(work).numerator, "其中补录1个，有理由和证明" in gate(work).note) == (1, True)
    water = make_user("bureau", make_organisation("bureau", parent=people.authority_body, departments=["water"]))
    refuses(NotAllowed, withdraw_acceptance, work=work, reason="编号有误", by=water)


def test_what_is_not_required_wants_no_value_and_is_no_shortfall(people, work):
    waived = {**LIGHTS, "required": "否", "designed": ""}
    paving, _ = begun(work, people, PAVING, waived)
    refuses(r"^缺建成值：透水铺装率$", accept, work, people.preparer)
    built(paving, people.preparer, "55")
    assert accept(work, people.preparer).conforms is True


def test_a_day_that_was_only_typed_counts_for_nothing(people, work):
    freeze_baseline(district=work.district, kind="pilot", reason="测试", by=None)
    with pytest.raises(Refused, match="请填写开工日期"):
        rows.save(Work, district=work.district, values={"built_on": DONE}, by=people.preparer, row=work, version=work.version)
    typed = {"started_on": BEGUN, "built_on": DONE}
    rows.save(Work, district=work.district, values=typed, by=people.preparer, row=work, version=work.version)
    assert gate(work).numerator == 0
    found = [(row.omission.duty.value, row.omission.body.value) for row in omission_rows([work.district_id], clock.today())]
    assert found == [("require", "builder"), ("review", "checkers"), ("accept", "builder")]


def test_requirements_stand_once_the_work_has_begun(people, work):
    paving = save_indicator(work=work, values=PAVING, by=people.preparer)
    save_indicator(work=work, values={**PAVING, "required": "45"}, by=people.preparer, row=paving)
    spare = save_indicator(work=work, values=LOSS, by=people.consultant)
    drop_indicator(row=spare, by=people.preparer)
    (late,) = begun(work, people, LOSS)
    for change in ({"required": "9"}, {"kind": ValueKind.AT_LEAST}, {"name": "另一项"}):
        with pytest.raises(Closed, match="开工后要求不能修改"):
            save_indicator(work=work, values={**LOSS, **change}, by=people.preparer, row=late)
    refuses(Closed, drop_indicator, row=late, by=people.preparer)
    with pytest.raises(Refused, match="不能清空"):
        rows.save(Work, district=work.district, values={"started_on": None}, by=people.preparer, row=work, version=work.version)
    save_indicator(work=work, values=LIGHTS, by=people.preparer)
    assert sorted(work.indicators.values_list("name", "required")) == [("智慧灯杆", "yes"), ("漏损率", "8"), ("透水铺装率", "45")]


@pytest.mark.parametrize(("change", "words"), [
    ({"required": ""}, "请填写要求值"), ({"required": "很多"}, "要求值：请填数字"), ({"required": "101"}, "要求值：应在0到100之间"),
    ({"kind": ValueKind.YES_NO, "required": "50"}, "要求值：请填是或否"), ({"designed": "1.234"}, "设计值：最多2位小数"),
])  # fmt: skip
def test_a_value_that_does_not_do_is_said_beside_its_field(people, work, change, words):
    refuses(words, save_indicator, work=work, values={**PAVING, **change}, by=people.preparer)
    assert not work.indicators.exists()


def test_an_acceptance_needs_its_facts_and_follows_the_newest_check(people, work):
    with pytest.raises(Refused) as refused:
        accept(work, people.preparer, on=dt.date(2027, 1, 1))
    assert refusals(refused) == ["请先登记开工日期", "日期不能晚于今天", "没有绿色生态指标要求，无从比较"]
    (paving,) = begun(work, people, PAVING)
    built(paving, people.preparer, "55")
    given = {"work": work, "stage": CheckStage.COMPLETION, "department": "建设交通", "by": people.bureau, "upload": paper()}
    refuses("写明意见", check_work, **given, result="not_held", on=DONE)
    check_work(**given, result="not_held", on=DONE, text="雨水口未改")
    assert accept(work, people.preparer).conforms is False
    check_work(**{**given, "department": "演示甲区规划和自然资源局（虚构）"}, result="held", on=dt.date(2026, 10, 1))
    again = {"on": dt.date(2026, 10, 1), "reason": "已改"}
    assert accept(work, people.preparer, **again).conforms is False, "another department does not speak for the one that found 不符合"
    check_work(**given, result="asked", on=dt.date(2026, 10, 1))
    assert accept(work, people.preparer, **again).conforms is False, "to be asked is no finding"
    check_work(**{**given, "department": people.bureau_body.name}, result="held", on=dt.date(2026, 10, 1))
    assert accept(work, people.preparer, **again).conforms is True


def test_who_fills_it_in_and_who_registers_it(people, work):
    (paving,) = begun(work, people, PAVING)
    for seat, user in people.everybody.items():
        with nullcontext() if seat in {"preparer", "consultant", "bureau"} else pytest.raises(NotAllowed):
            built(paving, user, "55")
        if seat not in {"preparer", "bureau"}:
            refuses(NotAllowed, accept, work, user)
    refuses(Stale, save_indicator, work=work, values=LOSS, by=people.preparer, version=0)


def test_what_was_accepted_is_not_changed_by_list_or_deletion(people, work):
    (paving,) = begun(work, people, PAVING)
    built(paving, people.preparer, "55")
    accept(work, people.preparer)
    given = {"district": work.district, "by": people.preparer, "row": work, "version": work.version}
    for values in ({"built_on": None}, {"started_on": dt.date(2026, 3, 2)}):
        refuses("竣工验收登记确定", rows.save, Work, values=values, **given)
    refuses("不能删除", rows.delete, work, by=people.preparer)
    rows.save(Work, values={"kind": "道路"}, **given)


def test_the_matrix_tells_missing_from_not_yet_due(people, work):
    given = {"work": work, "entered_by": people.bureau, "checked_on": DONE}
    checks = [
        WorkCheck(pk=1, stage="approval", department="规划资源", result="not_held", **given),
        WorkCheck(pk=2, stage="approval", department="规划资源", result="held", **given),
        WorkCheck(pk=3, stage="completion", department="水务", result="held", **given),
        WorkCheck(pk=4, stage="appraisal", department="演示甲区发改委（虚构）", department_key="development", result="asked", **given),
        WorkCheck(pk=5, stage="completion", department="演示甲区生态环境局（虚构）", department_key="environment", result="asked", **given),
    ]
    assert missing(check_lines(checks, stages_reached(is_begun=False, is_built=False))) == 0
    begun_only = check_lines(checks, stages_reached(is_begun=True, is_built=False))
    assert {line.department: [cell.state for cell in line.cells] for line in begun_only} == {
        "发展改革": ["missing", "asked", "later", "later"],
        "规划资源": ["held", "missing", "later", "later"],
        "建设交通": ["missing", "missing", "later", "later"],
        "环境保护": ["missing", "missing", "later", "asked"],
        "水务": ["later", "later", "later", "held"],
    }
    whole = check_lines(checks, stages_reached(is_begun=True, is_built=True))
    assert [(missing(lines), waiting(lines)) for lines in (begun_only, whole)] == [(7, 1), (15, 2)]


def test_a_question_stands_beside_the_department_that_was_asked_and_is_no_check():
    put = [("conditions", "演示甲区建设管理委（虚构）"), ("design", "住房城乡建设"), ("design", "生态环境"), ("design", "交通")]
    questions = [(line_of(purpose, department), department) for purpose, department in put]
    lines = check_lines([], stages_reached(is_begun=True, is_built=False), questions)
    assert {line.department: line.asked for line in lines} == {
        "发展改革": (), "规划资源": (), "建设交通": ("演示甲区建设管理委（虚构）", "住房城乡建设"), "环境保护": ("生态环境",),
    }  # fmt: skip
    assert missing(lines) == missing(check_lines([], stages_reached(is_begun=True, is_built=False)))


def address(work, name="work", *more):
    return reverse(f"districts:{name}", args=[work.district.code, work.pk, *more])


def test_a_work_from_its_requirement_to_its_acceptance_on_its_page(preparer, work):

    def post(name, /, *more, **values):
        work.refresh_from_db()
        return preparer.post(address(work, name, *more), {"version": work.version, **values})

    wrong = post("work_value_add", **{**PAVING, "required": "150"})
    assert (wrong.status_code, "应在0到100之间" in wrong.content.decode()) == (422, True)
    assert post("work_value_add", **PAVING).status_code == 302
    row = work.indicators.get()
    Work.objects.update(started_on=BEGUN)
    assert "设计达到" in preparer.get(address(work), {"value": row.pk}).content.decode()
    assert post("work_value", row.pk, **{**PAVING, "required": "1", "built": "55"}).status_code == 302
    row.refresh_from_db()
    assert (row.required, row.built) == ("50", "55"), "a requirement that stands is not taken from the form"
    assert "将登记为" in preparer.get(address(work)).content.decode()
    checked = {"stage": "approval", "department": "规划资源", "result": "held", "checked_on": "2026-02-01"}
    assert post("work_check", **checked, upload=paper()).status_code == 302
    assert post("work_accept", on="2026-09-01", number="演示验1号", upload=paper(), backfill="on", backfill_reason=WHY).status_code == 302
    assert "演示验1号" in preparer.get(address(work)).content.decode()
    assert post("work_value_drop", row.pk, confirmed="1").status_code == 410
    assert post("work_withdraw", reason="").status_code == 422
    assert post("work_withdraw", reason="编号有误").status_code == 302
