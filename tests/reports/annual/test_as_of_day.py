"""The district's annual report as of a day: later changes do not reach it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.casework.selectors.titles_on_day import areas_changed_since, snapshot_day, titles_held_on
from approvals.changes.models import Change
from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Title
from districts.file.models.district import District
from districts.plot_changes import proposals
from districts.plot_changes.models import PlotChange
from districts.plot_changes.proposals import PlotPart
from districts.plot_changes.services import plots_to_change, record_change
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.policy.services import set_setting
from indicators.editions.models import Edition
from portal.district_page.selectors.standing import scores_of
from reports.annual import figures
from reports.annual.documents import district_composition
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.whole import city_report
from reports.closings.registry import frozen_kinds
from reports.closings.stocks import plots_on as kept_plots
from reports.composition.blocks import PaperTable
from reports.composition.html import html_of
from reports.sensitivity.figures import TargetEdition, received_versions, rows_under
from tests.factories.approvals import pdf, published_edition
from tests.factories.districts import PlotFactory, make_district
from tests.factories.received import at, received_self_check
from tests.factories.titles import give_title
from tests.reports.world import spoil

AREA = pytest.mark.area("reports", "assessments", "carbon", "districts", "obligations")
PILOT, DEMONSTRATION = dt.date(2024, 6, 1), dt.date(2027, 3, 12)
NOW = at(2027, 6, 1)


@pytest.fixture
def check(people):
    """A pilot's self-check of 2026, received after it had become a demonstration and its area been changed."""
    district = make_district(people, key_areas=["五个新城"], area_km2=Decimal("2.05"))
    give_title(district, granted_on=PILOT)
    found = received_self_check(people, district=district)
    give_title(District.objects.get(), TitleKind.DEMONSTRATION, granted_on=DEMONSTRATION)
    change_area(people, found.district, "2.05", "3.4")
    return found


def change_area(people, district, before, after):
    """A boundary change that took effect in April 2027."""
    by = {"created_by": people.preparer, "created_at": at(2027, 4, 1)}
    case = Case.objects.create(kind="BG", district=district, applicant=people.applicant_body, status="approved", **by)
    lines = [{"what": "规划范围面积（km²）", "before": before, "after": after}]
    Change.objects.create(case=case, kind="boundary", values={"area_km2": after}, lines=lines, applied_at=at(2027, 4, 20))
    District.objects.filter(pk=district.pk).update(area_km2=Decimal(after))


def in_the_city(check):
    """What the city's report prints of a district: its line among the scores by the heads of the table, and its card."""
    composition = city_composition(city_report(check.year, clock.today(), demo=check.district.is_demo), ReportEdition.INTERNAL)
    blocks = [block for _, block in composition.under_headings()]
    [table] = [block for block in blocks if isinstance(block, PaperTable) and block.key == "scores"]
    [row] = [row for row in table.rows if row[1] == check.district.name]
    [card] = [block for block in blocks if isinstance(block, PaperTable) and block.key == f"district_{check.district.code}"]
    told = {name: value for line in card.rows for name, value in (line[:2], line[2:])}
    return dict(zip((column.title for column in table.columns), row, strict=True)), told


def printed_report(check):
    """The district's report as it is printed, and its named figures."""
    composition = district_composition(figures.report_figures(check, clock.today()))
    return html_of(composition, code="x").text, composition.figures


def told(client, people, check):
    """What page, both reports, their workbooks and the API say of the star; and what they say of the title."""
    with clock.at(NOW):
        check.district.refresh_from_db()
        district, city = figures.district_figures(check, clock.today()), city_report(check.year, clock.today(), demo=check.district.is_demo)
        [score], area = city.scores.rows, city.figures["area"].value
        client.force_login(people.city_officer)
        [row] = client.get(reverse("api:assessments"), {"year": check.year}).json()["results"]
        page = scores_of(Viewer(people.city_officer), check.district)
        html, overview = printed_report(check)
        in_city, card = in_the_city(check)
        own = TargetEdition(check.table.edition.document, same=check.table.edition)
        [computed] = rows_under(own, received_versions(clock.today()).filter(table=check.table))
        form = client.get(reverse("assessments:score_table", args=[check.table_id])).content.decode()
    assert district.on == city.stood.on == dt.date.fromisoformat(row["as_of"])
    assert (district.building, district.area_km2) == (score.building, score.area_km2)
    verdicts = {district.verdict, score.verdict, page.annual.verdict, overview["星级"]}
    verdicts.add(figures.BUILDING if row["building"] else district.level or figures.BELOW)
    assert (row["level"] is None) is (row["building"] or not district.level)
    assert ("处于建设期" in html) is row["building"]
    verdicts.add(in_city["星级"])
    assert (computed["said"] == figures.BUILDING, computed["level_before"] == "") == (district.building, district.building)
    assert (in_city["面积"], card["规划范围面积"]) == (district.area_km2, f"{district.area_km2:.2f}平方公里")
    assert overview["规划范围面积_km2"] == district.area_km2
    assert ("按建设期填报" in form, "建设期不作结论" in form) == (check.table.building, False)  # how it is filled in; no verdict of its own
    in_api = {"pilot": "试点", "demonstration": "示范"}[row["title"]]
    titles = {district.stage_words, score.stage_words, overview["称号"], in_api}
    titles |= {in_city["称号"], card["阶段"]}
    assert len(verdicts) == len(titles) == 1
    return titles.pop(), verdicts.pop(), district.area_km2, area


@AREA
def test_what_happened_after_the_snapshot_day_is_not_in_the_report(client, people, check):
    area = Decimal("2.05")
    assert told(client, people, check) == ("试点", "建设期不作结论", area, area)


def test_the_day_is_the_setting(client, people, check):
    set_setting(by=people.city_director, key="snapshot.day", value="Y+1-05-01", reason="改为次年5月1日")
    title, verdict, area, *_ = told(client, people, check)
    assert (title, area) == ("示范", Decimal("3.4"))
    assert verdict != "建设期不作结论"


def test_plots_are_those_of_the_day_before_they_were_split_renumbered_and_merged(people, check):
    """What happened to plots after the snapshot day, recorded in any order, changes no line and no count of the report."""
    district, last = check.district, dt.date(2026, 12, 31)
    for number, area in (("A", "3.1"), ("B", "2.2"), ("C", "1.3")):
        PlotFactory(district=district, number=number, area_ha=Decimal(area), acquired_on=dt.date(2026, 3, 1))

    def change(kind, *numbers, on, **about):
        def propose():
            found = plots_to_change(district, numbers)
            return getattr(proposals, kind)(found if kind == "merge" else found[0], **about)

        record = {"read": propose().read, "reason": "按批复办理（虚构）", "number": "沪规划〔2027〕1号", "upload": pdf()}
        record_change(district=district, propose=propose, by=people.preparer, on=on, **record)

    def told():
        found = figures.report_figures(check, clock.today())
        blocks = (block for _, block in district_composition(found).under_headings())
        [listed] = [block for block in blocks if isinstance(block, PaperTable) and block.key == "plots"]
        city = city_report(check.year, clock.today(), demo=True).land.lines
        return [plot.number for plot in found.land.plots], listed.rows, listed.total, listed.note, found.land.totals, kept_plots(last), city

    with clock.at(NOW):
        before = told()
        assert (before[0], before[3]) == (["A", "B", "C"], "")
        change("split", "A", on=dt.date(2027, 2, 1), parts=[PlotPart(name, Decimal("1.55"), None) for name in ("A-1", "A-2")])
        change("renumber", "A-1", on=dt.date(2027, 2, 2), number="A")
        change("merge", "B", "C", on=dt.date(2027, 2, 3), number="B")
        change("renumber", "B", on=last, number="D")  # dated before what it follows
        assert sorted(district.plots.values_list("number", flat=True)) == ["A", "A-2", "D"]
        assert told() == before
        PlotChange.objects.filter(kind="merge").update(on=last)
        assert told()[0] == ["A", "D"], "what is of the day itself counts"


@AREA
def test_titles_are_read_from_the_decisions(people, check):
    key = check.district_id
    days = (PILOT - dt.timedelta(days=1), PILOT, DEMONSTRATION - dt.timedelta(days=1), DEMONSTRATION)
    held = [titles_held_on(day).get(key) for day in days]
    assert [row and (row.kind, row.since) for row in held] == [None, ("pilot", PILOT), ("pilot", PILOT), ("demonstration", PILOT)]
    District.objects.update(stage="candidate", titled_on=None, star=None)
    assert titles_held_on(DEMONSTRATION)[key].kind == "demonstration"
    assert areas_changed_since(dt.date(2027, 4, 19)) == {key: Decimal("2.05")}
    assert areas_changed_since(dt.date(2027, 4, 20)) == {}
    with clock.at(at(2026, 11, 21)):
        assert [snapshot_day(2026, clock.today()), snapshot_day(2025, clock.today())] == [dt.date(2026, 11, 21), dt.date(2025, 12, 31)], (
            "a day to come is today"
        )


@AREA
def test_what_is_concluded_is_marked_in_reports_and_api(officer, people):
    """A real district with people in the portal: its title, type, day and area are 推定 in the sources."""
    concluded = {"certainty": "inferred", "date_certainty": "inferred", "standing_certainty": "unknown"}
    district = make_district(
        people, name="某某城区", is_demo=False, sources=["https://example.invalid"], key_areas=["五个新城"], area_km2=Decimal("2.05"),
        type_certainty="inferred", fact_certainty="面积推定",
    )  # fmt: skip
    give_title(district, granted_on=PILOT)
    Title.objects.update(**concluded)
    Edition.objects.filter(pk=published_edition().pk).update(official=True)  # a real district is scored by an official standard only
    check = received_self_check(people, district=district)
    with clock.at(NOW):
        shown = figures.district_figures(check, clock.today())
        [row] = officer.get(reverse("api:assessments"), {"year": check.year}).json()["results"]
        in_city, card = in_the_city(check)
        html, overview = printed_report(check)
    title = "试点（推定，现状未查明）"
    assert {shown.stage_words, in_city["称号"], card["阶段"], overview["称号"]} == {title}
    assert (row["title"], row["title_certainty"]) == ("pilot", "inferred")
    kind = f"{district.get_type_display()}（推定）"
    assert (in_city["类型"], card["类型"], card["规划范围面积"]) == (kind, kind, "2.05平方公里（推定）")
    assert overview["规划范围面积_km2"] == Decimal("2.05")
    assert all(one in html for one in (title, kind, "日期为推定", "2.05平方公里（推定）"))


KEYS = (figures.SCORES, figures.FILES)


def test_figures_are_named_for_people(people):
    assert [list(frozen_kinds.by_key[key].freeze(2019, clock.today())) for key in KEYS] == [[], []], (
        "a year without self-checks can be frozen"
    )
    received_self_check(people, change=spoil)
    with clock.at(at(2027, 6, 3)):
        named = [
            one
            for key in KEYS
            for _, data in frozen_kinds.by_key[key].freeze(2026, clock.today())
            for one in frozen_kinds.by_key[key].figures(data)
        ]
    assert {"称号", "总分", "规划范围面积（平方公里）"} <= {one.name for one in named}
    assert not [one for one in named if any(part.isascii() and part.isalpha() and part.islower() for part in one.name.split("·"))]
    assert len({(one.subject, one.name) for one in named}) == len(named)
