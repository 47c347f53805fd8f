"""The reports of a closed year: as they were frozen whatever changes later; a correction lists what differs."""

import datetime as dt
import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.self_checks.models import SelfCheck
from assessments.yearly_reports.models import YearlyReport
from districts.file.models.district import District
from districts.plots.models import Plot
from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord
from reports.annual.documents import district_composition
from reports.annual.figures import annual_rows, district_figures, figures_of, report_figures, totals_of
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.carbon import LATE
from reports.city.figures.whole import city_report, has_received, part_key
from reports.closings.models import FrozenFigures
from reports.closings.selectors import closing_of
from reports.closings.services import open_due
from reports.composition.blocks import Chart
from reports.composition.services import made_of, texts_of
from tests.factories.acceptance import record_failures
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.reports.annual.worlds import eventful_year
from tests.reports.closings.world import YEAR, close_year
from tests.steps import step

AREA = pytest.mark.area("reports", "assessments", "carbon", "districts", "obligations")
JUNE, LATER = at(2027, 6, 3), at(2027, 9, 9)
FROM = re.compile(r'(?:FROM|JOIN) "(\w+)"')
CLOSINGS = {"reports_yearclosing", "reports_closingedition", "reports_frozenfigures"}


made = once(eventful_year)
world = copy_of("made")


def close(people):
    """The closing of the year, closed by the director."""
    with clock.at(JUNE):
        [closing] = open_due(clock.today())
        return close_year(people, closing)


def compositions(check, now=JUNE):
    """Both editions of the city's report, and the district's."""
    with clock.at(now):
        city = [city_composition(city_report(YEAR, clock.today(), demo=True), edition) for edition in ReportEdition]
        return [*city, district_composition(report_figures(check, clock.today()))]


def parts(composition):
    """Tables, charts, pairs and single figures, as every format has them."""
    found = json.loads(made_of(composition, code="", formats=("json",))["json"])
    return found["figures"], [part for part in found["parts"] if part["key"] != "changes"]


@AREA
def test_a_closed_year_shows_what_it_showed_before(world):
    people, check = world
    before = compositions(check)
    close(people)
    after = compositions(check)
    assert [parts(one) for one in after] == [parts(one) for one in before]
    assert "未核定" in " ".join(texts_of(before[0]))
    words = " ".join(texts_of(after[0]))
    assert "未核定" not in words
    assert "本报告为第1版" in words


def test_reports_of_a_closed_year_read_frozen_data_alone(world):
    """So nothing that changes later is in them."""
    people, check = world
    close(people)
    with CaptureQueriesContext(connection) as asked:
        compositions(check)
    tables = {table for query in asked for table in FROM.findall(query["sql"])}
    assert tables - {"accounts_organisation"} == CLOSINGS  # who issues the report


@AREA
def test_a_correction_makes_the_second_edition_with_the_list_of_what_differs(world):
    people, check = world
    name = check.district.name
    closing = close(people)
    District.objects.filter(pk=check.district_id).update(area_km2=Decimal("3.75"))
    YearlyReport.objects.filter(district=check.district_id).update(figures={"total": "1000", "area": "4"})
    Plot.objects.filter(number="QP-0003").update(conforms=False)
    with clock.at(LATER):
        step(closing, "correct", people.city_director, ground="面积登记有误（虚构）", closes_on=dt.date(2027, 5, 31))
        close_year(people, closing)
    changes = {(one.subject, one.name): (one.before, one.after) for one in closing_of(YEAR).changes}
    assert changes["全市（演示数据）", "规划范围面积（km²）"] == ("7.5", "8.75")
    assert changes[name, "称号·规划范围面积（平方公里）"] == ("2.5", "3.75")
    assert changes[name, "碳排放·排放总量"] == ("1200", "1000")
    assert changes[name, "土地与项目·建成且符合"] == ("1", "0")
    assert {subject for subject, _ in changes} <= {name, "全市", "全市（演示数据）", people.authority_body.name}
    internal = compositions(check, LATER)[0]
    assert dict(internal.cover)["报告版次"].startswith("更正第2版")
    [table] = [block for _, block in internal.under_headings() if getattr(block, "key", "") == "changes"]
    assert {(row[0], row[1]) for row in table.rows} == set(changes)


def test_the_page_shows_the_figures_of_the_report_and_the_totals_of_the_year_open_and_closed(world):
    people, _ = world
    for is_closed in (False, True):
        if is_closed:
            close(people)
        with clock.at(JUNE):
            whole, page = (city_report(YEAR, clock.today(), demo=True, brief=brief) for brief in (False, True))
            assert page.figures == whole.figures
            totals = {row.district.pk: row.total for row in annual_rows(YEAR, clock.today()) if row.total is not None}
            assert (totals_of(YEAR, demo=True), totals_of(YEAR, demo=False)) == (totals, {})
            assert len(totals) > 1


@AREA
def test_what_came_after_the_last_day_of_receipt_counts_in_no_part(world):
    _, check = world
    YearlyReport.objects.filter(district=check.district_id).update(received_at=at(2027, 6, 1, hour=0))
    other = SelfCheck.objects.exclude(pk=check.pk).filter(status="received").first()
    SelfCheck.objects.filter(pk=other.pk).update(received_at=at(2027, 6, 1, hour=0), filed_at=at(2027, 6, 1, hour=0))
    TransitionRecord.objects.filter(subject=f"assessments.selfcheck:{other.pk}").update(at=at(2027, 6, 1, hour=0))
    SelfCheck.objects.filter(pk=check.pk).update(received_at=at(2027, 5, 31, hour=23))
    with clock.at(JUNE):
        report = city_report(YEAR, clock.today(), demo=True)
        values = {key: figure.value for key, figure in report.figures.items()}
        assert (values["check_owed"], values["check_filed"], values["check_received"]) == (4, 2, 2)
        assert (values["carbon_received"], values["carbon_total"]) == (0, None)
        assert {line.state for line in report.carbon.lines if line.district == check.district.name} == {LATE}
        district, late = figures_of(check.district, YEAR, clock.today()), figures_of(other.district, YEAR, clock.today())
        assert (district.carbon.verified, late.scores) == ((), None)
        [duty] = [row for row in late.coming.duties if row.kind == "self_check"]
        assert (duty.met_on, duty.is_received) == (None, False)
        assert district_figures(other, clock.today()).number == other.number  # its own report is made, and says that it does not count
    SelfCheck.objects.update(received_at=at(2027, 6, 1, hour=0))
    assert has_received(YEAR, demo=True)
    with clock.at(JUNE):
        report = city_report(YEAR, clock.today(), demo=True)
        assert (report.scores.rows, report.figures["check_received"].value) == ((), 0)
        assert f"{other.district.name}{YEAR}年度自查" in "".join(texts_of(city_composition(report, ReportEdition.INTERNAL)))


def test_an_edition_closed_earlier_says_no_more_than_one_of_today(client, world):
    """It holds a median of the year before, whatever number makes it up, and no number of failures without a record of their mending."""
    people, check = world
    record_failures(check.district, people.city_officer, dt.date(2026, 6, 1))
    close(people)
    for part, key, held in (("assessments", "mending", {"unknown": 0}), ("scores", "score_median", {"before": "51.45"})):
        [frozen] = FrozenFigures.objects.filter(part=part_key(part, demo=True))
        figures = frozen.data["values"]["figures"]
        frozen.data["values"]["figures"] = [one | held | {"rows": one["rows"][:2]} if one["key"] == key else one for one in figures]
        FrozenFigures.objects.filter(pk=frozen.pk).update(data=frozen.data)
    client.force_login(people.city_officer)
    with clock.at(JUNE):
        report = city_report(YEAR, clock.today(), demo=True)
        told = {figure.key: (figure.value, figure.words, figure.before_words, figure.unknown_words) for figure in report.figures.values()}
        page = client.get(reverse("reports:city_year", args=[YEAR]), {"part": "scores"}).content.decode()
    assert len(report.scores.before) < 3
    assert (told["mending"][0], told["mending"][3]) == (0, "另有1次没有记录")
    assert told["score_median"] == (None, "不足3个，不列", "—", "")
    assert ("不足3个，不列" in page, "51.45" in page) == (True, False)


def test_the_page_of_a_closed_year_draws_the_pictures_of_the_report_with_their_tables(client, world):
    """Before the closing they would read every part of the year before; the page says when they come."""
    people, _ = world
    client.force_login(people.city_officer)
    address = reverse("reports:city_year", args=[YEAR])
    with clock.at(JUNE):
        before = client.get(address, {"part": "scores"})
    close(people)
    with clock.at(JUNE):
        after = {part: client.get(address, {"part": part}) for part in ("stood", "land", "scores")}
        paper = city_composition(city_report(YEAR, clock.today(), demo=True), ReportEdition.INTERNAL)
    drawn = {block for _, block in paper.under_headings() if isinstance(block, Chart)}
    assert (before.context["pictures"], "图在关账后显示" in before.content.decode()) == ([], True)
    shown = {chart for answer in after.values() for chart, _ in answer.context["pictures"]}
    assert shown
    assert shown <= drawn
    for answer in after.values():
        page = answer.content.decode()
        assert all(f"数据表：{chart.caption}</summary>" in page and chart.source in page for chart, _ in answer.context["pictures"])
        assert "图在关账后显示" not in page
