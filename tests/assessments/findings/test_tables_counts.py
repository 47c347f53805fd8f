"""A row keeps its worst finding while somebody types; what is counted is the same wherever it stands, and each figure opens its rows."""

import re

import pytest
from django.urls import reverse

from assessments.findings.selectors.blocking import findings
from assessments.findings.selectors.row_facts import LABELS, frozen_counts
from assessments.prefill.models import RowPrefill
from assessments.score_page.selectors.table_page import chapters_of, totals_of
from assessments.score_page.selectors.table_rows import live_sheet
from assessments.tables.models import ScoreRow, ScoreTable
from assessments.versions.services import tables
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from indicators.editions.selectors import rules_for
from portal.desk.selectors.desk import _open_checks
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import fill_table, make_self_check, make_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def check(people):
    """A second year: last year's table behind it, rows brought in, left out, emptied, below the target."""
    found = make_self_check(people)
    last = fill_table(make_table(found.district, year=2025))
    ScoreTable.objects.filter(pk=found.table.pk).update(previous=last)
    found.table.refresh_from_db()
    put(found.table, "7.2.7", value=None)
    put(found.table, "7.2.23", value=None)
    put(found.table, "4.2.18", exclusion_reason="没有此类项目")
    row = found.table.rows.get(item_id="6.2.1")
    content = {"value": row.value}
    RowPrefill.objects.create(row=row, source="last_year", label="2025年度自查", content=content, taken_at=clock.now())
    return found


def put(table, item_id, **values):
    ScoreRow.objects.filter(table=table, item_id=item_id).update(**values)


def file(table):
    tables.submit_table(table=table, by=None)
    tables.receive_table(table=table, by=None)


def typed(client, table, item_id, value, version=0):
    data = {f"{item_id}-version": version, "field": "value", "token": f"{item_id}{version}", "drawer": item_id}
    data |= {f"{item_id}-value-{part}": one for part, one in value.items()} if isinstance(value, dict) else {f"{item_id}-value": value}
    answer = client.post(reverse("assessments:score_row", args=[table.pk, item_id]), data, headers={"HX-Request": "true"})
    return answer.content.decode()


def part(text, name):
    """What stands behind an id, up to the next one."""
    return re.split(r' id="', text.split(f'id="{name}"', 1)[1])[0]


def test_a_row_keeps_its_worst_finding_while_somebody_types(client, check, people):
    put(check.table, "4.2.1", target={"a": "40", "b": "100"})
    put(check.table.previous, "4.2.1", value={"a": "51.9", "b": "100"})
    file(check.table.previous)
    client.force_login(people.preparer)
    text = typed(client, check.table, "4.2.1", {"a": "12.7", "b": "100"})
    assert LABELS["year_outlier"] in part(text, "tag-4_2_1")
    assert LABELS["target"] in part(text, "tag-4_2_1")
    assert "上年" in part(text, "marks-4_2_1")
    page = client.get(f"{reverse('assessments:score_table', args=[check.table.pk])}?item=4.2.1").content.decode()
    assert LABELS["year_outlier"] in part(page, "tag-4_2_1")
    assert "相差较大" in part(page, "marks-4_2_1")
    told = {one.rule for one in findings(check.table) if one.item_id == "4.2.1"}
    assert {"year_outlier", "target"} <= told


def test_the_word_goes_when_the_value_is_plausible_again_and_obeys_the_setting(client, check, people):
    put(check.table, "7.2.17", value="72")
    put(check.table.previous, "7.2.17", value="72")
    client.force_login(people.preparer)
    assert LABELS["year_outlier"] in typed(client, check.table, "7.2.17", "40")
    assert LABELS["year_outlier"] not in typed(client, check.table, "7.2.17", "70", version=1)
    Setting.objects.create(key="plausibility.year_points", value=40, reason="测试", by=people.city_director, at=clock.now())
    assert LABELS["year_outlier"] not in typed(client, check.table, "7.2.17", "40", version=2)


def test_an_explained_finding_stays_in_sight_and_is_no_longer_amber(client, check, people):
    put(check.table.previous, "7.2.17", value="72")
    put(check.table, "7.2.17", value="40", explanation="口径由建筑改为项目")
    sheet = live_sheet(ScoreTable.objects.get(pk=check.table.pk))
    (mark, *_) = sheet.facts["7.2.17"].marks
    assert (mark.rule, mark.open) == ("year_outlier", False)


def test_every_place_counts_the_same(client, check, people):
    client.force_login(people.preparer)
    page = client.get(f"{reverse('assessments:score_table', args=[check.table.pk])}?chapter=all")
    totals = page.context["totals"]
    counts = totals.counts
    assert (counts.empty, counts.pending, counts.excluded) == (2, 1, 1)
    assert counts.settled + counts.empty + counts.pending == counts.count == check.table.rows.count()
    desk = next(one for one in _open_checks(people.preparer) if one.check.pk == check.pk)
    assert desk.totals == totals
    printed = client.get(reverse("assessments:score_print", args=[check.table.pk]))
    assert printed.context["totals"] == totals
    chapters = chapters_of(live_sheet(ScoreTable.objects.get(pk=check.table.pk)), "")
    assert sum(one.filled for one in chapters) == counts.settled
    assert sum(one.pending for one in chapters) == counts.pending
    saved = typed(client, check.table, "7.2.7", "14")
    assert f"{counts.empty - 1}项未填" in saved


def test_each_figure_of_the_footer_opens_exactly_its_rows(client, check, people):
    put(check.table, "4.2.1", value={"a": "10", "b": "100"}, target={"a": "99", "b": "100"})
    client.force_login(people.preparer)
    address = reverse("assessments:score_table", args=[check.table.pk])
    text = client.get(address).content.decode()
    links = re.findall(r'<a href="([^"]*\?show=\w+)">(\d+)项(\w+)</a>', text)
    assert {word for _, _, word in links} == {"未填", "待确认", "缺佐证", "数值提示", "不参评"}
    for href, number, word in links:
        rows = re.findall(r'<tr id="row-', client.get(href).content.decode())
        assert len(rows) == int(number), word


def test_a_frozen_version_counts_each_clause_once(client, people):
    check = make_self_check(people)
    put(check.table, "4.2.18", exclusion_reason="没有此类项目")  # its value stays behind
    tables.submit_table(table=check.table, by=None)
    version = check.table.versions.get()
    counts = frozen_counts(version.content, rules_for(check.table.edition).items)
    assert counts.filled + counts.excluded + counts.absent + counts.unbuilt == counts.count
    assert counts.excluded == 1
    sheet = live_sheet(ScoreTable.objects.get(pk=check.table.pk))
    assert totals_of(sheet).counts == counts
    client.force_login(people.preparer)
    text = client.get(reverse("assessments:table_version", args=[check.table.pk, 1])).content.decode()
    assert counts.words in text


def test_rows_without_files_are_not_said_to_have_valid_ones(client, check, people):
    client.force_login(people.preparer)
    text = client.get(f"{reverse('assessments:score_table', args=[check.table.pk])}?show=todo").content.decode()
    assert "1条沿用带入的值</b>，达到年度目标，都没有佐证材料" in text


def test_a_save_that_changes_nothing_is_no_change_in_the_history(client, check, people):
    row = check.table.rows.get(item_id="7.2.17")
    row.changes.create(field="value", old=row.value, new=row.value, at=clock.now())
    row.changes.create(field="value", old="1", new=row.value, at=clock.now())
    ScoreRow.objects.filter(pk=row.pk).update(version=2)
    client.force_login(people.preparer)
    page = client.get(f"{reverse('assessments:score_table', args=[check.table.pk])}?item=7.2.17")
    assert len(page.context["drawer"].history) == 1
    history = client.get(reverse("assessments:row_history", args=[check.table.pk, "7.2.17"]))
    assert len(history.context["lines"]) == 1
