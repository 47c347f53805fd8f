"""Plots split, merged, numbered anew and adjusted: history goes along, frozen shares stay, what one plot cannot say is refused."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.tables.models import TableVersion
from districts.baselines.services import content_of, freeze_baseline
from districts.common.enums import Acquisition, BaselineKind, CheckResult, CheckStage, ControlStep, OpinionPurpose
from districts.facts.baseline_change import problems_of, wanted_of
from districts.facts.facts import district_facts
from districts.facts.selectors import values_by_clause
from districts.file.models.district import District
from districts.lists import services as rows
from districts.lists.selectors import row_origins
from districts.plot_changes import proposals
from districts.plot_changes.models import PlotChange
from districts.plot_changes.proposals import PlotPart
from districts.plot_changes.selectors import taken_back
from districts.plot_changes.services import plots_to_change, record_change, record_decided, revoke_change
from districts.plot_map.models import PlotShape
from districts.plots.milestones import missing_plots
from districts.plots.models import Plot, PlotCheck, PlotControl, PlotIndicator, PlotOpinion
from districts.plots.selectors.board import by_shortfall, totals_of
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.documents.services import store
from tests.factories.approvals import pdf
from tests.factories.districts import KeyProjectFactory, PlotFactory
from tests.factories.received import received_self_check
from tests.plot_steps import next_day, proof_of
from tests.refusing import refuses
from tests.steps import step as taken

GOT = {"acquisition": Acquisition.GRANT, "acquired_on": dt.date(2026, 3, 1)}
DONE = {**GOT, "built_on": dt.date(2026, 6, 1), "conforms": True}
DAY = dt.date(2026, 7, 1)
QUARTERS = (("B-1", "0.25", "6000"), ("B-2", "0.25", "6000"))


def controlled(district, number="A", status=ControlStep.DESIGN, required="二星级", **fields):
    """A plot on its way, with a requirement, an answer and a check."""
    plot = PlotFactory(district=district, number=number, floor_area=Decimal(30_000), **{**GOT, **fields})
    steps = {"contract": {"on": "2026-03-01", "number": f"合同{number}"}}
    PlotControl.objects.create(plot=plot, table=Acquisition.GRANT, status=status, steps=steps)
    PlotIndicator.objects.create(plot=plot, key="star", required=required, designed="三星级", by_consultation=True, designed_short=False)
    PlotOpinion.objects.create(
        plot=plot, purpose=OpinionPurpose.CONDITIONS, department="住建", asked_on=dt.date(2026, 2, 1), due_on=dt.date(2026, 2, 10),
        answered_on=dt.date(2026, 2, 5), required={"star": "二星级"},
    )  # fmt: skip
    return plot


def checked(plot, by):
    values = {"stage": CheckStage.APPROVAL, "department": "建设交通", "checked_on": DAY, "result": CheckResult.HELD}
    return PlotCheck.objects.create(plot=plot, entered_by=by, **values)


def record(district, by, propose, **more):
    values = {"read": propose().read, "on": DAY, "reason": "按批复分割", "number": "沪规划〔2026〕1号", "upload": pdf(), **more}
    return record_change(district=district, propose=propose, by=by, **values)


def decide(district, by, propose, **more):
    """What the decision of a change case does to plots of the pilot baseline."""
    document = store(owner=district, upload=pdf(), kind="变更依据", title="批复", by=by, may_add=True)
    values = {"read": propose().read, "on": DAY, "reason": "按批复分割", "document": document, "case_number": "BG-2026-0001", **more}
    return record_decided(district=district, propose=propose, by=by, **values)


def splitting(district, number="A", parts=(("A-1", "0.50", "12000"), ("A-2", "0.75", "18000"))):
    made = [PlotPart(name, Decimal(area), Decimal(floor) if floor else None) for name, area, floor in parts]
    return lambda: proposals.split(plots_to_change(district, [number])[0], made)


def merging(district, *numbers, into="M"):
    return lambda: proposals.merge(plots_to_change(district, numbers), into)


def rate(district, name="plots_built_ratio"):
    fact = district_facts(District.objects.get(pk=district.pk), clock.today())[name]
    return fact.numerator, fact.denominator, fact.note


def test_parts_carry_control_values_answers_and_checks_and_link_both_ways(people, district, preparer):
    plot = controlled(district)
    check = checked(plot, people.preparer)
    project = KeyProjectFactory(district=district)
    project.plots.add(plot)
    change = record(district, people.preparer, splitting(district))
    parts = list(district.plots.order_by("number"))
    assert [(part.number, part.area_ha, part.floor_area, part.lineage) for part in parts] == [
        ("A-1", Decimal("0.5"), Decimal(12_000), "由A分割"), ("A-2", Decimal("0.75"), Decimal(18_000), "由A分割"),
    ]  # fmt: skip
    for part in parts:
        assert (part.control.status, part.control.steps) == (ControlStep.DESIGN, plot.control.steps)
        assert (part.acquired_on, part.backfill_id) == (plot.acquired_on, plot.backfill_id)
        assert part.indicators.get().required == "二星级"
        assert part.opinions.get().carried_from == plot.opinions.get()
        assert part.checks.get().carried_from == check
    assert set(project.plots.all()) == set(parts)
    plot.refresh_from_db()
    assert plot.ended_by == change
    old, new = (reverse("districts:plot_control", args=[district.code, pk]) for pk in (plot.pk, parts[0].pk))
    page = preparer.get(old).content.decode()
    assert (new in page, "这个地块已变更" in page, "启动管控" in page, "下一步由" in page) == (True, True, False, False)
    part = preparer.get(new).content.decode()
    assert (old in part, "下一步由" in part) == (True, True)
    assert "由A分割" in preparer.get(reverse("districts:plot_list", args=[district.code])).content.decode()
    assert preparer.post(reverse("districts:plot_check", args=[district.code, plot.pk]), {}).status_code == 404
    assert any(origin.source.startswith("地块变更：分割，沪规划") for origin in row_origins(parts[0]))


def test_a_part_goes_on_through_its_own_table(people, district):
    plot = controlled(district, status=ControlStep.DRAWINGS)
    record(district, people.preparer, splitting(district))
    part = district.plots.get(number="A-1")
    proof = proof_of(part.control, people.preparer, "pass_drawings")
    taken(part.control, "pass_drawings", people.preparer, on=next_day(part.control, "pass_drawings"), number="图审1", **proof)
    assert PlotControl.objects.get(plot=part).status == ControlStep.SITE
    assert PlotControl.objects.get(plot__number="A-2").status == ControlStep.DRAWINGS
    assert PlotControl.objects.get(plot=plot).status == ControlStep.DRAWINGS


def test_the_baselines_stand_and_a_split_plot_counts_once_all_its_parts_do(people, district):
    plot = controlled(district, status=ControlStep.SITE)
    PlotFactory(district=district, number="B", **DONE)
    for kind in (BaselineKind.PLAN, BaselineKind.PILOT):
        freeze_baseline(district=district, kind=kind, reason="测试", by=None)
    stored = [baseline.content for baseline in district.baselines.all()]
    before = rate(district), rate(district, "plots_acquired_ratio")
    decide(district, people.preparer, splitting(district))
    assert (rate(district), rate(district, "plots_acquired_ratio")) == before
    assert [baseline.content for baseline in district.baselines.all()] == stored
    parts = list(district.plots.filter(number__startswith="A").order_by("number"))
    assert {part.pk for part in parts} <= missing_plots(district, "built", clock.today())
    Plot.objects.filter(pk=parts[0].pk).update(**DONE)
    assert rate(district)[:2] == (1, 2)
    assert missing_plots(district, "built", clock.today()) == {plot.pk, parts[1].pk}
    Plot.objects.filter(pk=parts[1].pk).update(**DONE)
    assert rate(district)[:2] == (2, 2)


def test_a_part_is_not_counted_beside_the_frozen_plot_it_stands_for(people, district):
    plot = controlled(district)
    PlotFactory(district=district, number="B")
    freeze_baseline(district=district, kind=BaselineKind.PILOT, reason="测试", by=None)
    decide(district, people.preparer, splitting(district))
    frozen, live = district.baselines.get().content, content_of(district)
    parts = list(district.plots.filter(number__startswith="A").values_list("pk", flat=True))
    [refusal] = problems_of(frozen, live, wanted_of("plots", {"add": parts[:1]}))
    assert "须同时调出地块A" in refusal.text
    assert problems_of(frozen, live, wanted_of("plots", {"add": parts, "drop": [plot.pk]})) == []
    refuses("不能删除", rows.delete, district.plots.get(pk=parts[0]), by=people.preparer)


def test_merged_plots_are_one_with_the_sum_of_their_areas(people, district):
    for number in "AB":
        controlled(district, number)
    freeze_baseline(district=district, kind=BaselineKind.PLAN, reason="测试", by=None)
    before = rate(district, "plots_acquired_ratio")
    record(district, people.preparer, merging(district, "A", "B"))
    merged = district.plots.get()
    assert (merged.number, merged.area_ha, merged.floor_area) == ("M", Decimal("2.5"), Decimal(60_000))
    assert merged.control.steps["contract"]["number"] == "合同A、合同B"
    assert merged.opinions.count() == 2
    assert rate(district, "plots_acquired_ratio") == before
    record(district, people.preparer, splitting(district, "M", (("A", "1", "24000"), ("B", "1.5", "36000"))))
    assert rate(district, "plots_acquired_ratio") == before


@pytest.mark.parametrize(("other", "words"), [
    ({"acquired_on": dt.date(2026, 4, 1)}, "取得日期不同"), ({"land_use": "住宅"}, "用地性质不同"),
    ({"status": ControlStep.SITE}, "管控表、步骤或各步日期不同"), ({"required": "三星级"}, "要求值不同"),
])  # fmt: skip
def test_plots_that_differ_are_not_merged(people, district, other, words):
    controlled(district, "A")
    controlled(district, "B", **other)
    for numbers, refused in ((("A", "B"), words), ("A", "要与它合并的地块")):
        refuses(refused, record, district, people.preparer, merging(district, *numbers))
    assert district.plots.count() == 2


@pytest.mark.parametrize("propose", [splitting, lambda district: merging(district, "A", "B")])
def test_a_plot_that_is_being_asked_about_stays_as_it_was_asked(people, district, propose):
    for number in "AB":
        plot = controlled(district, number)
    PlotOpinion.objects.filter(plot__number="A").update(answered_on=None)
    refuses("正在征询住建", record, district, people.preparer, propose(district))
    assert not PlotChange.objects.exists()
    assert plot.ended_by_id is None


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((("A-1", "0.5", "12000"), ("A-2", "0.7", "18000")), "合计1.2000公顷，原地块1.2500公顷，相差0.0500公顷"),
        ((("A-1", "0.5", "12000"), ("A-2", "0.75", "17000")), "各块建筑面积合计29,000.00 m²，原地块30,000.00 m²"),
        ((("A-1", "0.5", "12000"), ("A-2", "0.75", None)), "请填写各块的建筑面积"),
        ((("B", "0.5", "12000"), ("A-2", "0.75", "18000")), "地块编号已有：B"),
        ((("A-1", "0.5", "12000"), ("A-1", "0.75", "18000")), "编号重复：A-1"),
    ],
)
def test_parts_that_do_not_make_up_the_plot_are_refused(people, district, parts, words):
    controlled(district)
    PlotFactory(district=district, number="B")
    refuses(words, record, district, people.preparer, splitting(district, parts=parts))
    assert district.plots.filter(number="A").exists()


def test_figures_of_the_list_do_not_move(people, district):
    plot = controlled(district)
    PlotIndicator.objects.filter(plot=plot).update(designed="一星级", designed_short=True)
    PlotFactory(district=district, number="B", floor_area=Decimal(10_000))
    PlotIndicator.objects.create(plot=district.plots.get(number="B"), key="star", required="二星级", designed="三星级")

    def figures():
        found = values_by_clause(district, "DG/TJ 08-2253-2018", "planning", clock.today())
        totals = totals_of(district)
        return {clause: one.value for clause, one in found.items()}, totals["area"], totals["floor"]

    before = figures()
    record(district, people.preparer, splitting(district))
    assert figures() == before
    assert totals_of(district)["plots"] == 3
    assert [(line.designed, line.required) for line in by_shortfall(district) if line.required] == [(2, 3)]


def test_a_new_number_and_an_adjusted_plan_keep_the_plot(people, district):
    plot = controlled(district)
    PlotShape.objects.create(
        plot=plot, geometry={}, path="M0 0", west=0, top=0, east=1, bottom=1, area_ha=1, file_name="a", entered_at=clock.now()
    )
    freeze_baseline(district=district, kind=BaselineKind.PLAN, reason="测试", by=None)
    before = rate(district, "plots_acquired_ratio")
    record(district, people.preparer, lambda: proposals.renumber(plots_to_change(district, ["A"])[0], "X-7"))
    values = {"land_use": "绿地", "land_use_code": "", "area_ha": Decimal("1.1"), "floor_area": Decimal(20_000)}
    change = record(district, people.preparer, lambda: proposals.adjust(plots_to_change(district, ["X-7"])[0], values))
    plot.refresh_from_db()
    assert (plot.number, plot.area_ha, plot.lineage, plot.ended_by) == ("X-7", Decimal("1.1"), "原编号A；控规已调整", None)
    assert (change.before[0]["area_ha"], change.after[0]["area_ha"]) == ("1.2500", "1.1")
    assert rate(district, "plots_acquired_ratio") == before
    assert PlotShape.objects.get().plot == plot


def test_the_preview_is_what_is_written_and_a_plot_changed_since_is_not(district, preparer):
    plot = controlled(district)
    url = reverse("districts:plot_change", args=[district.code, plot.pk, "split"])
    assert preparer.get(url).status_code == 200
    typed = {"number_1": "A-1", "area_1": "0.5", "floor_1": "12000", "number_2": "A-2", "area_2": "0.7", "floor_2": "18000"}
    page = preparer.post(url, typed)
    assert (page.status_code, "合计1.2000公顷" in page.content.decode()) == (422, True)
    typed["area_2"] = "0.7499"
    page = preparer.post(url, typed)
    assert (page.status_code, "0.7500" in page.content.decode()) == (200, True)
    assert not PlotChange.objects.exists()
    act = {**typed, "confirmed": "1", "read": page.context["proposal"].read, "act-on": "2026-07-01", "act-reason": "批复"}
    assert preparer.post(url, act).status_code == 422
    Plot.objects.filter(pk=plot.pk).update(version=9)
    assert preparer.post(url, {**act, "act-upload": pdf()}).status_code == Stale.status
    act["read"] = preparer.post(url, typed).context["proposal"].read
    assert preparer.post(url, {**act, "act-upload": pdf()}).status_code == 302
    assert set(district.plots.values_list("number", "area_ha")) == {("A-1", Decimal("0.5")), ("A-2", Decimal("0.75"))}


@pytest.mark.parametrize(("kind", "typed"), [
    ("merge", {"others": "B", "number": "M"}), ("renumber", {"number": "C"}),
    ("plan", {"land_use": "070102", "area_ha": "1.25", "floor_area": "9"}),
])  # fmt: skip
def test_each_kind_has_its_page(district, preparer, kind, typed):
    for number in "AB":
        plot = controlled(district, number)
    plot = district.plots.get(number="A")
    url = reverse("districts:plot_change", args=[district.code, plot.pk, kind])
    page = preparer.post(url, typed)
    act = {**typed, "confirmed": "1", "read": page.context["proposal"].read, "act-on": "2026-07-01", "act-reason": "批复"}
    assert preparer.post(url, {**act, "act-upload": pdf()}).status_code == 302
    assert PlotChange.objects.get().kind == kind


def revoked(change, people, **more):
    return revoke_change(change=change, by=people.preparer, **{"reason": "批复号登错", **more})


def test_a_split_is_taken_back_on_record_and_can_be_made_again(people, district, preparer):
    plot = controlled(district)
    project = KeyProjectFactory(district=district)
    project.plots.add(plot)
    change = record(district, people.preparer, splitting(district))
    page = reverse("districts:plot_change_revoke", args=[district.code, change.pk])
    listed = reverse("districts:plot_change_list", args=[district.code])
    assert (page in preparer.get(listed).content.decode(), "已撤回" in preparer.get(listed).content.decode()) == (True, False)
    assert preparer.post(page, {"reason": " "}).status_code == 422
    assert preparer.post(page, {"reason": "批复号登错"}).status_code == 302
    assert [one.number for one in district.plots.all()] == ["A"]
    assert list(project.plots.all()) == [plot]
    back = PlotChange.objects.get(kind="revoke")
    assert (back.words, back.document, back.reason) == ("A-1、A-2 → A", change.document, "批复号登错")
    assert all(words in preparer.get(page).content.decode() for words in ("不能撤回", "之后又变更或已撤回"))
    assert "撤回变更" in preparer.get(reverse("districts:plot_control", args=[district.code, plot.pk])).content.decode()
    again = record(district, people.preparer, splitting(district))
    assert (len(again.after), district.plots.count()) == (2, 2)
    assert taken_back(district) == {change.pk}
    text = preparer.get(listed).content.decode()
    anew = reverse("districts:plot_change_revoke", args=[district.code, again.pk])
    assert (text.count("已撤回"), page in text, anew in text) == (1, False, True)


@pytest.mark.parametrize(
    ("touch", "words"),
    [
        (lambda plot, _: Plot.objects.filter(pk=plot.pk).update(version=1), "修改过资料或指标值"),
        (lambda plot, _: PlotControl.objects.filter(plot=plot).update(version=1), "办理过管控步骤"),
        (checked, "登记过部门审查"),
        (lambda plot, _: freeze_baseline(district=plot.district, kind=BaselineKind.PLAN, reason="试", by=None), "已冻结在基线中"),
        (lambda plot, by: record(plot.district, by, splitting(plot.district, "A-1", QUARTERS)), "又变更"),
        (lambda plot, _: PlotFactory(district=plot.district, number="A"), "原编号已由别的地块使用：A"),
    ],
)
def test_what_was_built_on_the_parts_keeps_the_split(people, district, touch, words):
    controlled(district)
    change = record(district, people.preparer, splitting(district))
    touch(district.plots.get(number="A-1"), people.preparer)
    refuses(words, revoked, change, people)
    assert not district.plots.filter(ended_by=None, pk__in=[row["id"] for row in change.before]).exists()


def test_what_made_no_new_plot_is_not_taken_back_and_only_editors_change_plots(people, district):
    plot = controlled(district)
    change = record(district, people.preparer, lambda: proposals.renumber(plots_to_change(district, ["A"])[0], "A-9"))
    refuses("不用撤回", revoked, change, people)
    split = record(district, people.preparer, splitting(district, "A-9"))
    refuses(NotAllowed, revoke_change, change=split, reason="试", by=people.reviewer)
    refuses(NotAllowed, record, district, people.bureau, splitting(district, "A-1", QUARTERS))
    assert Plot.with_ended.get(pk=plot.pk).ended_by_id == split.pk


def test_taking_back_moves_no_share_of_a_baseline(people, district):
    PlotFactory(district=district, number="A", floor_area=Decimal(30_000), **GOT)
    freeze_baseline(district=district, kind=BaselineKind.PLAN, reason="试", by=None)
    before = rate(district, "plots_acquired_ratio")
    change = record(district, people.preparer, splitting(district))
    assert rate(district, "plots_acquired_ratio")[:2] == before[:2] == (1, 1)
    revoked(change, people)
    assert rate(district, "plots_acquired_ratio") == before


def test_a_received_self_check_keeps_its_numbers_after_a_change(people):
    check = received_self_check(people)
    district = District.objects.get(pk=check.district_id)
    plot = controlled(district)
    frozen = TableVersion.objects.filter(table=check.table).values_list("content", "frozen_at").order_by("pk")
    held = list(frozen)
    assert held
    change = record(district, people.preparer, splitting(district))
    record(district, people.preparer, lambda: proposals.adjust(plots_to_change(district, ["A-1"])[0], {"area_ha": Decimal(3)}))
    assert list(frozen) == held
    assert (plot.pk, change.kind) == (change.before[0]["id"], "split")
