"""管控应办未办: what is listed, for whom, and that each count opens exactly its rows."""

import datetime as dt
import re
from html import unescape
from io import BytesIO

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from districts.common.enums import Acquisition, ControlStep, OpinionPurpose
from districts.file.models.district import District
from districts.overview.selectors.omissions import omission_rows, open_omissions
from districts.plots.models import Plot, PlotCheck, PlotControl, PlotOpinion
from districts.plots.omissions import PlotRecord, omissions_of
from districts.projects.models import ValueKind
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.policy.loader import all_policies
from tests.factories.districts import PlotFactory, WorkFactory, file_case, make_district, prove

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
LIST, EXPORT = "districts:omission_list", "districts:omission_export"
GOT = {"acquisition": Acquisition.GRANT, "acquired_on": dt.date(2026, 3, 1), "proof": False}
BUILT = {**GOT, "started_on": dt.date(2026, 4, 1), "built_on": dt.date(2026, 9, 1)}
HEAD = r'<span class="gd-metric-k">.*?</span>\s*<span class="gd-metric-v">'
LINK = re.compile(rf'href="([^"]*omissions/\?[^"]*|\?[^"]*)"[^>]*>\s*(?:{HEAD})?\s*(\d+)<')


def rows_of(client, **query):
    page = client.get(reverse(LIST), query)
    assert page.status_code == 200
    return [(row.code, row.subject, row.omission.duty.value) for row in page.context["page"].paginator.object_list]


def counts(district):
    return {one.key: one.number for one in open_omissions(district, clock.today())}


def test_a_plot_typed_past_its_table_is_listed_step_by_step_until_it_is_proven(preparer, district):
    PlotFactory(district=district, number="甲-01", **BUILT)
    assert [row[2] for row in rows_of(preparer)] == ["consult", "review", "review", "accept", "review"]
    assert counts(district) == {"consult": 1, "require": 0, "review": 3, "accept": 1}
    prove(district)
    assert rows_of(preparer) == []
    assert set(counts(district).values()) == {0}
    assert len(rows_of(preparer, told="told")) == 5


def test_a_completed_plot_that_no_department_checked_is_listed_until_one_has(preparer, people, district):
    plots = [PlotFactory(district=district, number=f"甲-0{number}", **BUILT, conforms=True) for number in range(3)]
    for plot in plots:
        PlotControl.objects.create(plot=plot, table=Acquisition.GRANT, status=ControlStep.DONE)
    asked, checked = (
        {"plot": plot, "stage": "completion", "department": "建设交通", "checked_on": dt.date(2026, 9, 1)} for plot in plots[:2]
    )
    PlotCheck.objects.create(**asked, result="asked", entered_by=people.preparer)
    PlotCheck.objects.create(**checked, result="not_held", entered_by=people.preparer)
    Plot.objects.update(backfill=None)
    assert rows_of(preparer, body="checkers") == rows_of(preparer) == [("yanshi", "甲-00", "review"), ("yanshi", "甲-02", "review")]


def test_a_finished_plot_and_a_work_without_its_facts(preparer, people, district):
    plot = PlotFactory(district=district, number="甲-01", planned_finish=dt.date(2026, 8, 1))
    steps = {"finish": {"on": "2026-07-15", "number": ""}}
    PlotControl.objects.create(plot=plot, table=Acquisition.GRANT, status=ControlStep.COMPLETION, steps=steps)
    PlotFactory(district=district, number="甲-02", buildable=False, acquired_on=dt.date(2026, 1, 1), acquisition="grant", proof=False)
    WorkFactory(district=district, name="甲路", started_on=dt.date(2026, 5, 1))
    other = WorkFactory(district=district, name="乙路", started_on=dt.date(2026, 5, 1), green_requirements="透水铺装")
    other.indicators.create(name="透水铺装率", kind=ValueKind.AT_LEAST, unit="%", required="50")
    other.checks.create(
        stage="approval", department="规划资源", result="held", checked_on=dt.date(2026, 4, 1), entered_by=people.preparer
    )  # fmt: skip
    assert rows_of(preparer) == [("yanshi", "甲-01", "accept"), ("yanshi", "甲路", "require"), ("yanshi", "甲路", "review")]
    assert rows_of(preparer, what="work", duty="require") == [("yanshi", "甲路", "require")]


def test_every_count_opens_exactly_its_rows(preparer, people, district):
    PlotFactory(district=district, number="甲-01", **BUILT)
    PlotFactory(district=district, number="甲-02", **GOT)
    other = make_district(people, code="yanshi-er", name="演示二城（虚构）")
    PlotFactory(district=other, number="乙-01", **GOT)
    WorkFactory(district=other, name="乙路", built_on=dt.date(2026, 5, 1))
    tab = f"{reverse('districts:district_detail', args=['yanshi'])}?tab=plots"
    board = reverse("districts:plot_board", args=["yanshi"])
    for address in (reverse(LIST), f"{reverse(LIST)}?duty=review", tab, board):
        page = preparer.get(address).content.decode()
        links = [(unescape(link), int(number)) for link, number in LINK.findall(page) if re.search(r"(code|duty|body)=", link)]
        assert links, address
        for link, number in links:
            whole = link if link.startswith("/") else f"{reverse(LIST)}{link}"
            assert preparer.get(whole).context["total"] == number, (address, link)
    assert len(rows_of(preparer, code="yanshi", duty="consult")) == counts(district)["consult"] == 2


def test_who_reads_the_file_reads_what_it_passed_by(client, people, district):
    PlotFactory(district=district, **GOT)

    def readers():
        for seat in ("preparer", "authority", "bureau", "city_officer", "partner", "outsider_preparer"):
            client.force_login(getattr(people, seat))
            if rows_of(client):
                yield seat

    assert list(readers()) == ["preparer", "authority"]
    file_case(district)
    assert list(readers()) == ["preparer", "authority", "bureau", "city_officer"]


def test_the_workbook_has_the_rows_of_the_list(preparer, district):
    PlotFactory(district=district, number="甲-01", **BUILT)
    WorkFactory(district=district, name="甲路", started_on=dt.date(2026, 5, 1))
    answer = preparer.get(reverse(EXPORT), {"body": "builder"})
    sheet = load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert [row[2:6] for row in rows] == [["地块", "甲-01", "应验收未验收", "建设单位"], ["市政设施", "甲路", "应提要求未提", "建设单位"]]
    assert AuditRecord.objects.latest("pk").data == {"rows": 2, "filter": "body=builder"}


DAYS = st.none() | st.sampled_from(
    [dt.date(2023, 1, 1), dt.date(2026, 3, 1), dt.date(2026, 11, 19), dt.date(2026, 11, 20), dt.date(2026, 12, 1)]
)
RECORDS = st.fixed_dictionaries(
    {"acquisition": st.sampled_from(Acquisition), "acquired_on": DAYS, "started_on": DAYS, "built_on": DAYS, "planned_finish": DAYS}
).filter(lambda one: one["built_on"] is None or one["built_on"] >= max(one[key] or dt.date.min for key in ("acquired_on", "started_on")))
TABLES = st.none() | st.fixed_dictionaries(
    {"status": st.sampled_from(ControlStep), "finish": DAYS, "resume": DAYS, "with_scheme": st.booleans()}
)
QUESTIONS = st.lists(st.tuples(DAYS.filter(bool), st.booleans(), st.booleans()), max_size=2).filter(
    lambda asked: sum(not is_answered for _, _, is_answered in asked) <= 1  # a department is not asked again before it answers
)


def judged(plot, table, questions, is_checked):
    """What the rule finds of a plot, as it was made."""
    waiting = sorted(due for due, is_here, is_answered in questions if is_here and not is_answered)
    record = PlotRecord(
        **plot, status=table["status"] if table else "", is_exempt=bool(table and table["with_scheme"]), was_asked=bool(questions),
        is_required=False, due_on=waiting[0] if waiting else None, department="演示住建部门", finished_on=table and table["finish"],
        is_resumed=bool(table and table["resume"]), was_checked=is_checked,
    )  # fmt: skip
    return list(omissions_of(record, clock.today(), lambda on: any(policy.is_in_force(on) for policy in all_policies())))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(st.tuples(RECORDS, TABLES, QUESTIONS, st.booleans()), min_size=1, max_size=4))
def test_the_statement_lets_every_plot_through_that_the_rule_finds_something_of(people, district, made):
    with transaction.atomic():
        expected = []
        for place, (fields, table, questions, is_checked) in enumerate(made):
            plot = Plot.objects.create(district=district, number=f"{place}", area_ha=1, is_demo=True, **fields)
            if table:
                steps = {key: {"on": table[key].isoformat(), "number": ""} for key in ("finish", "resume") if table[key]}
                PlotControl.objects.create(
                    plot=plot, table=Acquisition.GRANT, status=table["status"], with_scheme=table["with_scheme"], steps=steps
                )
            for due, is_here, is_answered in questions:
                PlotOpinion.objects.create(
                    plot=plot, purpose=OpinionPurpose.CONDITIONS, department="演示住建部门", asked_on=due, due_on=due,
                    organisation=people.bureau_body if is_here else None, answered_on=due if is_answered else None,
                )  # fmt: skip
            if is_checked:
                plot.checks.create(
                    stage="approval", department="规划资源", result="held", checked_on=clock.today(), entered_by=people.preparer
                )  # fmt: skip
            expected += judged(fields, table, questions, is_checked)
        few, many = (omission_rows(whose, clock.today()) for whose in ([district.pk], District.objects.filter(pk=district.pk)))
        transaction.set_rollback(True)
    assert [row.omission for row in few] == expected
    assert few == many
