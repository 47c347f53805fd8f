"""Figures of a district's annual report."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.inspections.models import Inspection, InspectionFinding, InspectionFindingState
from assessments.opinions.models import OpinionState
from assessments.stage_assessments.models import StageOpinion
from assessments.tables.models import ScoreRow
from assessments.yearly_reports.models import YearlyReport
from carbon.inventories.models import CarbonInventory
from carbon.targets.models import TargetExplanation
from carbon.targets.selectors import carbon_path
from districts.common.enums import ProjectState
from districts.file.models.district import District
from districts.plots.selectors.board import totals_of
from districts.yearly_plans.models import ImplementationPlan, PlanItem
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.columns import write_columns
from greendistrict.core.rounding import half_up
from portal.district_page.selectors.next_stage import gap_of
from reports.annual import carbon_tables, figures, sections, sentences
from reports.annual.documents import district_composition
from reports.annual.figures.district import CarbonFigures
from reports.annual.sentences import next_step
from reports.city.figures.whole import city_report
from reports.closings.plain import from_plain, to_plain
from reports.composition.blocks import Paragraph
from tests.factories.accounts import cast
from tests.factories.districts import KeyProjectFactory, PlotFactory, SpecialPlanFactory, WorkFactory, make_district
from tests.factories.received import at, filed_self_check, received_self_check
from tests.factories.reviews import Scene
from tests.factories.stages import make_stage
from tests.factories.titles import give_title
from tests.refusing import refuses
from tests.reports.annual.worlds import MISSED, fill_lists, fill_supervision
from tests.reports.world import LONG, behind, spoil

AREA = pytest.mark.area("reports", "assessments", "carbon", "districts", "obligations")
BEFORE, DAY, AFTER = dt.date(2026, 10, 8), dt.date(2026, 12, 31), dt.date(2027, 2, 3)
NOW = at(2027, 6, 1)


@pytest.fixture
def district(people):
    """A pilot since 2024."""
    found = make_district(people, name="演示甲城（虚构）", key_areas=["五个新城"])
    give_title(found, granted_on=dt.date(2024, 6, 1))
    found.refresh_from_db()
    return found


def read(district, year=2026):
    with clock.at(NOW):
        return figures.figures_of(district, year, clock.today())


def test_what_was_got_and_built_after_the_day_is_taken_back(district):
    PlotFactory(district=district, number="A1", acquisition="grant", acquired_on=BEFORE, built_on=BEFORE, conforms=True)
    PlotFactory(district=district, number="A2", acquisition="grant", acquired_on=BEFORE, built_on=AFTER, conforms=True)
    PlotFactory(district=district, number="A3", acquisition="allocation", acquired_on=AFTER, planned_acquisition=BEFORE)
    PlotFactory(district=district, number="A4", acquired_on=BEFORE, built_on=BEFORE, conforms=False)
    PlotFactory(district=district, number="A5", acquired_on=BEFORE, started_on=BEFORE, built_on=BEFORE)
    PlotFactory(district=district, number="A6", buildable=False)
    land = read(district).land
    assert [(plot.number, plot.state) for plot in land.plots] == [
        ("A1", "建成且符合"), ("A2", "已取得"), ("A3", "未启动"), ("A4", "竣工不符合"), ("A5", "竣工未核定"), ("A6", "保留"),
    ]  # fmt: skip
    assert [plot.late for plot in land.plots] == [(), (), ("acquisition",), (), (), ()]
    assert (land.totals["acquired"], land.totals["built"], land.totals["failing"]) == (2, 1, 1)
    today = totals_of(district)
    assert (today["acquired"], today["built"], today["plots"]) == (3, 2, 6)


def test_projects_and_works_stand_where_they_stood(district):
    KeyProjectFactory(
        district=district, name="一", state=ProjectState.IN_USE, started_on=BEFORE, finished_on=BEFORE, in_use_on=AFTER, investment=None
    )
    KeyProjectFactory(
        district=district, name="二", state=ProjectState.BUILDING, started_on=AFTER, planned_finish=BEFORE, investment=Decimal(500)
    )
    KeyProjectFactory(district=district, name="三", state=ProjectState.IN_USE)
    WorkFactory(district=district, name="路", built_on=AFTER, planned_finish=BEFORE, length_m=Decimal(800))
    WorkFactory(district=district, name="桥", built_on=BEFORE, started_on=BEFORE)
    land = read(district).land
    states = {project.name: project.state for project in land.projects}
    assert states == {"一": ProjectState.COMPLETED, "二": ProjectState.PLANNED, "三": ProjectState.IN_USE}
    assert (land.project_totals.investment, land.project_totals.uninvested) == (Decimal(500), 2)
    assert dict(land.project_totals.states) == {"未开工": 1, "在建": 0, "竣工": 1, "投用": 1}
    assert "二" in {slip.name for slip in land.slips}
    assert (land.work_totals.main, land.work_totals.built, land.work_totals.length) == (2, 1, Decimal(800))
    assert [work.name for work in land.late_works] == ["路"]


def test_findings_and_opinions_have_the_state_of_the_day(district):
    visit = Inspection.objects.create(
        district=district, mode="onsite", basis="年度检查", inspected_on=BEFORE, team="甲", status="issued", opened_at=at(2026, 10, 8)
    )
    line = {"inspection": visit, "rule": "SUPERVISION", "text": "问题", "demand": "整改", "due": dt.date(2026, 11, 30), "reply": "已改"}
    closed = {"replied_at": at(2026, 11, 1), "closed_at": at(2026, 11, 9), "status": "closed"}
    InspectionFinding.objects.create(**line | closed, order=1)
    InspectionFinding.objects.create(**line | closed | {"closed_at": at(2027, 1, 5)}, order=2)
    InspectionFinding.objects.create(**line | closed | {"closed_at": at(2027, 1, 5), "replied_at": at(2027, 1, 4)}, order=3)
    found = read(district).supervision
    assert found.inspections == (visit,)
    assert [(row.state, row.is_late) for row in found.findings] == [
        (InspectionFindingState.CLOSED, False), (InspectionFindingState.REPLIED, False), (InspectionFindingState.OPEN, True),
    ]  # fmt: skip
    later = read(district, 2027).supervision
    assert (later.inspections, later.findings) == ((), ())


@AREA
def test_opinions_of_the_year_and_older_open_ones(district, people):
    scene = Scene(people=people).to_inviting()
    stage = make_stage(people, district=district, filled=False)
    line = {"stage": stage, "review": scene.review, "body": "演示某单位（虚构）", "field": "低碳", "item_id": "4.1.1", "kind": "must"}
    line["text"] = LONG
    closed = {"status": "closed", "reply": "已改", "replied_at": at(2025, 9, 1), "checked_at": at(2025, 9, 2)}
    days = [at(2025, 6, 1), at(2025, 6, 1), at(2026, 6, 1), at(2026, 6, 1), at(2027, 1, 2)]
    more = [{}, closed, closed | {"replied_at": at(2026, 9, 1), "checked_at": at(2027, 1, 9)}, closed, {}]
    for number, (day, state) in enumerate(zip(days, more, strict=True), start=1):
        StageOpinion.objects.create(number=number, drawn_up_at=day, **line, **state)
    found = read(district).supervision
    assert [(row.opinion.number, row.state) for row in found.opinions] == [
        (1, OpinionState.OPEN), (3, OpinionState.REPLIED), (4, OpinionState.CLOSED),
    ]  # fmt: skip
    assert [row.opinion.number for row in found.open_opinions] == [1, 3]
    assert found.opinions[0].matter == str(stage)


def test_clauses_below_their_target_are_named_worst_first_with_the_reason(people):
    def change(check):
        rows = {row.item_id: row for row in ScoreRow.objects.filter(table=check.table)}
        rows["4.1.2"].value = False
        rows["4.1.2"].explanation = LONG
        for row in rows.values():
            row.target = row.value if row.item_id != "4.1.2" else True
        write_columns(list(rows.values()), ["value", "target", "explanation"])

    check = received_self_check(people, change=change)
    with clock.at(NOW):
        shown = figures.report_figures(check, clock.today())
    short = shown.scores.short
    assert [(item.id, item.basis) for item in short] == [("4.1.2", "控制项")]
    assert short[0].reason == LONG


def expecting(people, change):
    """Figures of a self-check whose planning score is that of a full table, and three clauses with points in it; ``change`` alters rows."""
    before = received_self_check(people)
    result = before.table.versions.get(counts=True).content["result"]["items"]
    scored = [one["id"] for one in result if Decimal(one["points"] or 0)][:3]

    def prepare(check):
        check.table.planned = before.table
        check.table.save()
        rows = {row.item_id: row for row in ScoreRow.objects.filter(table=check.table)}
        change(rows, scored)
        write_columns(list(rows.values()), ["value", "target", "build_state", "exclusion_reason"])

    year = {"year": 2027, "district": District.objects.get(pk=before.district_id)}
    check = received_self_check(people, change=prepare, **year)
    with clock.at(at(2028, 6, 1)):
        return figures.report_figures(check, clock.today()), scored


def said_of(found):
    """What the sections on chapters and on clauses below target say."""
    blocks = [*sections.chapters(found), *sections.short(found)]
    return " ".join(str(getattr(block, "text", getattr(block, "empty", ""))) for block in blocks)


CONTROL = "4.1.2"


def idle(rows, scored):
    for name in (*scored, CONTROL):
        rows[name].build_state, rows[name].value = "not_started", None


def idle_with_targets(rows, scored):
    for name in scored:
        rows[name].target = rows[name].value
    idle(rows, scored)


def excluded(rows, _scored):
    rows["6.2.14"].exclusion_reason = "城区范围内没有历史建筑（虚构）"


@pytest.mark.parametrize("change", [idle, idle_with_targets])
def test_what_is_not_begun_is_below_what_was_expected_of_it(people, change):
    found, scored = expecting(people, change)
    short = {item.id: item for item in found.scores.short}
    assert set(short) == {*scored, CONTROL}
    expected = [short[name].aim.split("，")[-1].removeprefix("预期") for name in scored]
    assert [short[name].gap for name in scored] == [Decimal(words.removesuffix("分")) for words in expected]
    assert {short[name].basis for name in scored} == {"年度目标" if change is idle_with_targets else "预期"}
    said = said_of(found)
    assert "低于年度目标、目标路径或预期的条文4项，其中未启动4项" in said
    for chapter in found.scores.chapters:
        below = [item for item in found.scores.short if item.chapter == chapter.key]
        told = said[said.index(f". {chapter.title}") :].partition("件。")[2]
        assert told.startswith("没有低于年度目标、目标路径或预期的条文") is not bool(below)
        assert all(item.id in told for item in below)
    assert "1项未启动，不作结论，其余满足" in sentences.controls(found.scores)


def mixed(rows, _scored):
    """One clause done with no points, one not begun, one under way with half its points; one that is out of the reckoning."""
    behind(rows)
    excluded(rows, _scored)


def unchanged(_rows, _scored):
    """As planned."""


def test_the_gap_to_the_planning_score_is_the_sum_of_its_clauses(people):
    scores = expecting(people, mixed)[0].scores
    gap = scores.gap
    assert gap.points == scores.planned_total - scores.total > 0
    assert {one.clause: one.state for one in gap.clauses} == {"4.2.1": "低于预期", "4.2.2": "未启动", "4.2.3": "实施中未达"}
    assert gap.points == sum(gap.by_state.values()) + gap.rest
    assert abs(gap.rest) < Decimal("0.5")  # the clause that is out moves the rest of its chapter
    items, chapters = {item.id: item for item in scores.items}, {chapter.key: chapter for chapter in scores.chapters}
    for one in gap.clauses:
        chapter, short = chapters[items[one.clause].chapter], {item.id: item.gap for item in scores.short}
        assert one.points == half_up(short[one.clause] * chapter.weight / chapter.possible)


def test_there_is_no_gap_without_a_planning_score_and_none_in_clauses_where_nothing_changed(people):
    assert figures.district_figures(received_self_check(people), clock.today()).gap is None
    assert expecting(people, unchanged)[0].scores.gap == (Decimal(0), ())


def test_a_chapter_below_its_planning_score_is_named_where_no_clause_is(people):
    scores = expecting(people, excluded)[0].scores
    assert scores.short == ()
    assert sentences.none_below(scores, scores.chapters) == "没有低于年度目标、目标路径或预期的条文。"
    low = replace(scores.chapters[0], planned=scores.chapters[0].score + Decimal("1.2"))
    assert sentences.none_below(scores, [low]) == f"没有低于年度目标、目标路径或预期的条文；章得分低于预期：{low.title}（差1.20分）。"


def test_without_target_and_planning_score_nothing_is_said_to_be_reached(people):
    scores = figures.district_figures(received_self_check(people), clock.today())
    assert (scores.short, sentences.none_below(scores, scores.chapters)) == ((), "没有可以与年度目标、目标路径或预期比较的条文。")


def test_next_step_is_the_one_of_the_page(district, people):
    with clock.at(at(2026, 12, 31)):
        gap = gap_of(Viewer(people.city_officer), district, edits=False)
    step = read(district).coming.step
    assert step.target == gap.target == "示范"
    assert len(step.open) == gap.failing + gap.unknown + gap.expected_not + gap.expected + gap.underway
    assert step.later == gap.later
    said, unmet = next_step(read(district)), len(step.open) - gap.unknown
    assert (f"{unmet}项条件未满足" in said, f"{gap.unknown}项资料不足" in said) == (unmet > 0, gap.unknown > 0)
    assert gap.unknown, "what nobody has filled in is not counted as unmet"


def test_a_pilot_is_no_demonstration_where_no_policy_is_in_force_to_ask(district):
    with clock.at(at(2029, 6, 1)):
        found = figures.figures_of(district, 2028, clock.today())
    assert (found.held.kind, found.coming.step) == ("pilot", None)
    assert next_step(found) == "当日没有施行中的政策可供核对。"


def test_plots_of_a_district_are_defined_as_they_are_counted(district):
    PlotFactory(district=district, buildable=False)
    PlotFactory(district=district)
    single = district_composition(read(district))
    assert single.figures["地块_个"] == 2
    assert "含不可建设的" in next(one.meaning for one in single.definitions if one.name == "地块")


def test_planned_works_of_the_next_year_are_those_that_were_filed(district, people):
    filed = ImplementationPlan.objects.create(authority=people.authority_body, year=2027, status="filed", filed_on=DAY)
    PlanItem.objects.create(plan=filed, district=district, work="plots", name="两个地块开工", money=Decimal(1200))
    other = ImplementationPlan.objects.create(authority=people.authority_body, year=2028)
    PlanItem.objects.create(plan=other, district=district, work="plots", name="不在下一年")
    assert [item.name for item in read(district).coming.planned] == ["两个地块开工"]
    assert read(district, 2027).coming.planned == ()


def test_carbon_shows_received_verifications_beside_the_targets(district):
    about = {"district": district, "approved_on": dt.date(2024, 3, 1)}
    SpecialPlanFactory(carbon_intensity_target=Decimal(35), carbon_stage_targets=[{"year": 2030, "value": "28.5"}], **about)
    about = {"district": district, "kind": "carbon", "opened_at": at(2027, 1, 1), "figures": {"total": "1200", "area": "4"}}
    YearlyReport.objects.create(year=2026, status="received", number="TH-1", filed_at=at(2027, 3, 1), received_at=at(2027, 3, 9), **about)
    YearlyReport.objects.create(year=2025, status="draft", **about)
    carbon = read(district).carbon
    assert (carbon.target, carbon.stages) == (Decimal(35), ((2030, Decimal("28.5")),))
    assert [(row.report.year, row.total, row.intensity) for row in carbon.verified] == [(2026, Decimal(1200), Decimal("30.0"))]
    assert carbon.found is carbon.verified[0]
    assert read(district, 2025).carbon.found is None


@AREA
def test_the_target_is_that_of_the_approved_plan_and_a_draft_says_that_it_is_one(district, people):
    """In the district's report, on its pages in the city's, and in the city's table and list of what is unknown."""
    check = received_self_check(people, district=district)
    SpecialPlanFactory(district=district, number=1, carbon_intensity_target=Decimal(33))
    with clock.at(NOW):
        report = city_report(2026, clock.today(), demo=True)
        own = figures.report_figures(check, clock.today())
    assert (own.carbon.target, own.carbon.draft, [line.target for line in report.carbon.lines]) == (None, Decimal(33), [None])
    assert "控制目标未查明（尚未批准的专业规划草案为33kgCO₂e/(m²·a)，不作比较）；" in sentences.carbon(own)
    assert "1个城区没有已批准的碳排放强度控制目标" in report.methods.unknown
    SpecialPlanFactory(district=district, number=2, carbon_intensity_target=Decimal(35), approved_on=dt.date(2024, 3, 1))
    SpecialPlanFactory(district=district, number=3, carbon_intensity_target=Decimal(31))
    with clock.at(NOW):
        report = city_report(2026, clock.today(), demo=True)
        own = figures.report_figures(check, clock.today())
    assert (own.carbon.target, own.carbon.draft, [line.target for line in report.carbon.lines]) == (Decimal(35), None, [Decimal(35)])
    assert "控制目标35kgCO₂e/(m²·a)；" in sentences.carbon(own)


@AREA
def test_targets_stand_beside_the_inventories_as_on_the_page(district, people):
    fill_lists(district, people, 1)
    found = read(district)
    assert list(found.carbon.compared) == list(carbon_path(Viewer(people.city_officer), district).years)
    assert [(row.year, row.due, row.light.colour, row.reason) for row in found.carbon.compared] == [
        (2024, "47.968", "", ""),
        (2026, "37.32", "red", MISSED),
    ]
    assert found.carbon.against.year == 2026
    assert sentences.carbon(found).endswith("；碳排放清单核算47.968kgCO₂e/(m²·a)，目标路径37.32，落后于路径，没有进展，已说明原因。")
    table, reason = carbon_tables.carbon_compared(found)
    assert table.rows[1][3:] == ("落后于路径，没有进展", "见表后说明")
    assert reason == Paragraph(f"2026年原因和措施：{MISSED}")
    assert read(district, 2025).carbon.compared == (), "filed after the receipts of that year closed"
    TargetExplanation.objects.all().delete()
    table, *rest = carbon_tables.carbon_compared(read(district))
    assert ([row[4] for row in table.rows], rest) == (["—", "未说明"], [])


def test_an_inventory_filed_after_the_last_day_of_receipt_does_not_count(district, people):
    fill_lists(district, people, 1)
    CarbonInventory.objects.filter(year=2026).update(filed_at=at(2027, 6, 1, hour=0))
    assert [row.year for row in read(district).carbon.compared] == [2024]


def test_an_edition_closed_before_inventories_were_read_says_nothing_of_them(district):
    found = read(district)
    assert "未与目标对照" in str(list(carbon_tables.carbon_compared(found)))
    kept = from_plain(CarbonFigures, {name: one for name, one in to_plain(found.carbon).items() if name != "compared"})
    assert list(carbon_tables.carbon_compared(replace(found, carbon=kept))) == []


def test_a_closed_year_keeps_the_drives_and_projects_of_a_renewal_district(district):
    assert "更新导向" not in dict(sections.facts(read(district)))
    District.objects.filter(pk=district.pk).update(type="renewal", renewal_drives=["功能提升"])
    district.refresh_from_db()
    asked = [gate for gate in read(district).land.gates if gate.share != "不适用"]
    assert [gate.title for gate in asked] == ["已出让或划拨地块", "投用的近期重点项目"], "the other two are asked of new districts"
    assert "建成且符合地块、建成的主要市政设施的比例不适用（更新城区）" in sentences.gates(read(district))
    district.renewal_projects.create(kind="street", name="甲路街区（虚构）", drive="功能提升")
    kept = from_plain(figures.DistrictFigures, to_plain(read(district)))
    district.renewal_projects.update(name="乙路街区（虚构）")
    told = ("更新导向", "美丽街区、美丽家园项目")
    assert [dict(sections.facts(kept))[name] for name in told] == ["功能提升", "功能提升1个：甲路街区（虚构）"]
    before = replace(kept, renewal_projects=None)  # closed before they were kept
    assert dict(sections.facts(before))[told[1]] == "功能提升1个：乙路街区（虚构）"


def test_a_district_without_a_received_self_check_has_no_scores(district):
    found = read(district)
    assert found.scores is None
    assert found.stage_words == "试点"
    assert [(row.kind, row.met_on) for row in found.coming.duties if row.kind == "self_check"] == [("self_check", None)]


@pytest.mark.parametrize("rows", [1, 3])
def test_figures_cost_the_same_whatever_the_length_of_the_lists(district, rows, kept_queries):
    for number in range(rows):
        PlotFactory(district=district, number=f"A{number}", acquired_on=BEFORE)
        KeyProjectFactory(district=district, name=f"项目{number}")
        WorkFactory(district=district, name=f"路{number}")
    read(district)
    with kept_queries():
        read(district)


@AREA
@pytest.mark.parametrize("count", [1, 3])
def test_several_districts_cost_the_queries_of_one_and_each_keeps_its_own(people, district, count, kept_queries):
    fill_lists(district, people, 4)
    fill_supervision(district, people)
    received_self_check(people, district=district)
    found = [District.objects.get(pk=district.pk)]
    for number in range(count - 1):
        other = make_district(people, name=f"演示{'乙丙'[number]}城（虚构）", key_areas=["五个新城"])
        found.append(other)
        give_title(other, granted_on=dt.date(2025, 6, 1))
        PlotFactory(district=other, acquisition="grant", acquired_on=BEFORE)
        KeyProjectFactory(district=other, planned_finish=BEFORE)
        WorkFactory(district=other)
    with clock.at(NOW):
        read(district)
        with kept_queries():
            together = figures.figures_of_many(found, 2026, clock.today())
        assert together == [read(one) for one in found]
        assert list(figures.figures_in_turn(found, 2026, clock.today())) == together
    mine, *others = together
    assert (len(mine.land.plots), len(mine.supervision.opinions), mine.reporter.head) == (4, 3, people.reviewer.name)
    assert [(len(one.land.plots), one.supervision.opinions, one.scores) for one in others] == [(1, (), None)] * (count - 1)
    assert {len(one.coming.duties) for one in together} != {0}


def test_figures_are_those_that_were_frozen_and_what_is_excluded_has_neither_value_nor_points(people):
    """The frozen row of what is excluded still holds what was typed before; 0 points would read as a verdict."""
    check = received_self_check(people, change=spoil)
    frozen = check.table.versions.get(counts=True).content
    check.table.rows.update(value=None)
    type(check.table).objects.update(result={})
    with clock.at(at(2027, 4, 9)):
        found = figures.report_figures(check, clock.today())
    shown, result = found.scores, frozen["result"]
    assert (str(shown.total), str(shown.bonus)) == (result["total"], result["bonus"])
    assert [(str(row.obtained), str(row.possible), str(row.score)) for row in shown.chapters] == [
        (row["obtained"], row["possible"], row["score"]) for row in result["chapters"]
    ]
    assert {row.id: row.points for row in shown.items if row.points} == {
        row["id"]: row["points"] for row in result["items"] if row["points"] and not row["excluded"]
    }
    assert [row.id for row in shown.items] == [row["item_id"] for row in frozen["rows"]]
    assert shown.sections == tuple((title, text) for title, text in frozen["report"])
    assert (shown.edition_code, shown.reference, shown.building) == ("GD-REF-2024", True, True)
    assert [item.id for item in shown.failed_controls] == ["4.1.2"]
    [out] = shown.excluded
    assert (out.id, out.reason[:11]) == ("6.2.14", "城区范围内没有历史建筑")
    states = {item.id: item.state for item in shown.items}
    assert (states["4.1.1"], states["4.1.2"], states["6.2.14"]) == ("满足", "不满足", "不参评")
    assert next(row for row in frozen["rows"] if row["item_id"] == "6.2.14")["value"] is not None
    assert (out.value, out.points) == ("", "")
    rows = [row for _, block in district_composition(found).under_headings() for row in getattr(block, "rows", ())]
    [printed] = [row for row in rows if row[0] == "6.2.14" and "不参评" in row]
    assert (printed[2], printed[3], printed[8]) == ("—", None, "不参评")


def test_self_check_that_was_not_received_has_no_figures(db):
    check = filed_self_check(cast())
    refuses("尚未接收，不能出报告", figures.district_figures, check, clock.today())
    refuses("2026年度尚无已接收的自查", city_report, 2026, clock.today(), demo=True)
