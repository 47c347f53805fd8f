import re

import pytest

from assessments.sharing.models import RowShare, SharedRow
from assessments.tables.models import RowChange, RowEvidence, ScoreRow
from assessments.tables.selectors.scoring import RowData
from assessments.tables.selectors.tables import result_of
from assessments.tables.services.cells import save_cell
from assessments.versions import services as tables
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.features import pages_of
from greendistrict.documents.selectors import evidence_by_key
from greendistrict.documents.services import store_bytes
from tests.assessments.browsing import HTMX, lacking, put, row_of, text_of, url
from tests.factories.assessments import fill_table, make_self_check, make_table
from tests.factories.districts import make_district
from tests.files import image

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(people):
    return make_self_check(people, filled=False)


def page(client, table, **query):
    return client.get(url("score_table", table, **query))


def test_the_print_has_every_row_by_eight_queries(preparer, check, django_assert_max_num_queries):
    page(preparer, check.table)
    with django_assert_max_num_queries(8):
        answer = preparer.get(url("score_print", check.table))
    assert lacking(answer, *(f"<td>{name}</td>" for name in check.table.rows.values_list("item_id", flat=True))) == (200, [])


def form(table, version="0", **values):
    """The form of rows; values of one input or of two, by clause."""
    data = {"rows": list(values)}
    for name, value in values.items():
        data |= {f"{name}-shown": "1", f"{name}-version": version}
        data |= {f"{name}-value-{part}": one for part, one in value.items()} if isinstance(value, dict) else {f"{name}-value": value}
    return url("score_table", table, chapter="lowcarbon"), data


@pytest.mark.parametrize("seat", ["city_officer", "secretariat", "partner", "expert1", "bureau", "outsider_preparer", "system_keeper"])
def test_no_page_of_an_unsubmitted_table_opens_to_others(client, people, check, seat):
    places = [one.name for one in pages_of("assessments") if re.fullmatch(r"tables/<int:pk>/[a-z/-]*", str(one.pattern))]
    assert len(places) > 15
    client.force_login(people.everybody[seat])
    opened = {name for name in places if client.get(url(name, check.table)).status_code not in {404, 405}}
    assert opened <= {"recusals"}  # the city's side reads who is to step back


def test_without_javascript_a_chapter_is_one_form(preparer, check):
    values = {"7.2.7": "14.3", "7.2.1": {"a": "30", "b": "50"}, "7.1.2": "true", "7.2.6": ""}
    assert preparer.post(*form(check.table, **values)).status_code == 302
    assert {name: row_of(check.table, name).value for name in values} == {**values, "7.1.2": True, "7.2.6": None}
    assert row_of(check.table, "7.2.6").version == 0


def test_without_javascript_bad_cells_come_back_with_what_was_typed(preparer, check, people):
    save_cell(table=check.table, item_id="7.2.6", field="value", value="40", version=0, token="", by=people.consultant)
    answer = preparer.post(*form(check.table, **{"7.2.7": "abc", "7.2.6": "55", "7.2.25": "60"}))
    assert lacking(answer, 'value="abc"', "应填数字，如 70 或 70.5", "现存“40%”", 'value="55"') == (409, [])
    assert [row_of(check.table, name).value for name in ("7.2.25", "7.2.6")] == ["60", "40"]


def test_a_checklist_tells_untouched_from_nothing_of_it(preparer, check):
    address, data = form(check.table, **{"5.2.4": {}})
    for more, value in (({}, None), ({"5.2.4-value": "-"}, [])):
        preparer.post(address, data | more)
        assert row_of(check.table, "5.2.4").value == value


def test_the_city_sees_the_frozen_version_while_it_is_edited_again(client, people, filled):
    tables.submit_table(table=filled.table, by=None)
    tables.return_table(table=filled.table, by=None, reason="补充")
    filled.table.refresh_from_db()
    save_cell(table=filled.table, item_id="7.2.7", field="value", value="1.1", version=0, token="", by=people.preparer)
    for user, lacks in ((people.city_officer, [">1.1<", 'value="1.1"']), (people.preparer, ["第1版", ">1.1<"])):
        client.force_login(user)
        assert lacking(page(client, filled.table, item="7.2.7"), "第1版", ">1.1<", 'value="1.1"') == (200, lacks)


def test_a_planning_table_stands_behind_the_expected_points(preparer, people):
    district = make_district(people, stage="pilot", key_areas=["五个新城"])
    planned = fill_table(make_table(district, purpose="application", stage="planning"))
    tables.submit_table(table=planned, by=None)
    planned.refresh_from_db()
    table = make_table(district, planned=planned, building=True)
    assert planned.result["total"] in text_of(page(preparer, table, chapter="lowcarbon"))
    assert row_of(table, "7.2.7").target == row_of(planned, "7.2.7").value


def test_the_drawer_is_a_fragment(preparer, check):
    address = url("score_row", check.table, "7.2.7")
    assert text_of(preparer.get(address, headers=HTMX)).lstrip().startswith("<aside")
    assert preparer.get(address).status_code == 302


def test_a_file_of_the_library_is_opened_by_who_reads_the_table(people):
    table = make_table(make_district(people), purpose="application", stage="planning")  # no title: a partner reads no file of it
    type(table).objects.filter(pk=table.pk).update(status="received")
    content = image("PNG")
    paper = store_bytes(owner=table.district, content=content, name="p.png", content_type="image/png", kind="佐证材料", title="库中材料")
    assert evidence_by_key(Viewer(people.partner), paper.key) is None
    RowEvidence.objects.create(row=table.rows.get(item_id="7.2.7"), document=paper)
    assert [evidence_by_key(Viewer(user), paper.key) for user in (people.partner, people.outsider_preparer)] == [paper, None]


def test_a_whole_table_is_saved_by_one_statement(preparer, check, kept_queries):
    rows = list(check.table.rows.values_list("item_id", flat=True))
    data = {"rows": rows} | {f"{name}-version": "0" for name in rows} | {f"{name}-explanation": f"{name}的说明" for name in rows}
    data |= {"7.2.7-shown": "1", "7.2.7-value": "１４．３", "7.1.2-shown": "1", "7.1.2-value": "true"}
    with kept_queries():  # session, user, posts, table, rows, one UPDATE with its history
        assert preparer.post(url("score_table", check.table, chapter="all"), data).status_code == 302
    row = row_of(check.table, "7.2.7")
    assert (row.value, row.explanation, row.version) == ("14.3", "7.2.7的说明", 1)
    assert sorted(row.changes.values_list("field", "old", "new")) == [("explanation", "", "7.2.7的说明"), ("value", None, "14.3")]
    assert check.table.rows.filter(version=1).count() == len(rows)
    preparer.post(*form(check.table, "1", **{"7.2.7": ""}))
    row = row_of(check.table, "7.2.7")
    assert (row.value, row.changes.last().new) == (None, None)


def test_a_chapter_form_is_in_conflict_about_the_very_cells_only(preparer, check, people):
    save_cell(table=check.table, item_id="7.2.6", field="explanation", value="对方的说明", version=0, token="", by=people.consultant)
    assert preparer.post(*form(check.table, **{"7.2.6": "55"})).status_code == 302
    row = row_of(check.table, "7.2.6")
    assert (row.value, row.explanation) == ("55", "对方的说明")


@pytest.mark.parametrize(
    ("query", "said"),
    [({"chapter": "nowhere"}, "没有“nowhere”这一章"), ({"item": "99.9.9"}, "没有条文“99.9.9”"), ({"show": "no"}, "没有“no”这一筛选条件")],
)
def test_an_address_that_names_what_is_not_there_says_so(preparer, check, query, said):
    assert lacking(page(preparer, check.table, **query), said, '<tr id="row-') == (200, [])


def test_a_chapter_is_found_by_its_number(preparer, check):
    assert lacking(page(preparer, check.table, chapter="5"), "年径流总量控制率", "网址可能有误")[1] == ["网址可能有误"]


@pytest.fixture
def filled(people):
    return make_self_check(people)


def shown(client, table, **query):
    text = text_of(page(client, table, **query))
    return re.findall(r'<tr id="row-[^"]*" data-item="([^"]*)"', text), text


def test_all_chapters_show_every_row_in_order(preparer, filled):
    rows, text = shown(preparer, filled.table, chapter="all")
    assert rows == list(filled.table.rows.order_by("order").values_list("item_id", flat=True))
    assert text.count('class="gd-chapter"') == text.count("<progress")


def test_each_filter_shows_its_rows(preparer, filled, people):
    def found(show):
        return shown(preparer, filled.table, show=show)[0]

    put(filled.table, "7.1.2", value=False)
    assert "7.1.2" in found("failed")
    last = make_table(filled.district, year=2025)
    for row in filled.table.rows.all():
        put(last, row.item_id, value=row.value)
    type(filled.table).objects.filter(pk=filled.table.pk).update(previous=last)
    assert lacking(page(preparer, filled.table, show="mine"), "没有符合条件的条文") == (200, [])
    put(filled.table, "7.2.7", value="11", target="12")
    put(filled.table, "9.2.1", exclusion_reason="没有")
    put(filled.table, "7.2.23", target={"a": "1", "b": "100"})
    assert (found("changed"), found("below")) == (["7.2.7", "9.2.1"], ["7.2.7"])
    assert '<a href="?show=changed" aria-current="true"' in shown(preparer, filled.table, show="changed")[1]
    put(filled.table, "7.2.7", value=None)
    put(filled.table, "7.2.1", value={"a": "3"})  # half of a ratio
    assert found("empty") == ["7.2.1", "7.2.7"]
    type(filled).objects.filter(pk=filled.pk).update(findings=[{"item_id": "5.2.3", "text": "补证明"}, {"item_id": "", "text": "整体"}])
    share = RowShare.objects.create(table=filled.table, person=people.preparer, assigned_by=people.preparer, assigned_at=clock.now())
    SharedRow.objects.create(share=share, row=filled.table.rows.get(item_id="6.2.1"))
    assert (found("returned"), found("mine")) == (["5.2.3"], ["6.2.1"])


def test_without_last_years_table_what_was_edited_is_changed(preparer, filled):
    filled.table.rows.filter(item_id="7.2.7").update(version=1)
    assert shown(preparer, filled.table, show="changed")[0] == ["7.2.7"]


def test_values_typed_are_scored_and_never_written(preparer, filled):
    rows, address = ScoreRow.objects.filter(table=filled.table).order_by("pk"), url("score_trial", filled.table)
    before = list(rows.values())
    assert f"<dd><b>{result_of(filled.table).total}</b>" in text_of(preparer.get(address))
    assert "得分" in text_of(preparer.post(address, {"v:4.2.1": "1", "do": "score"}))
    assert list(rows.values()) == before
    assert not RowChange.objects.filter(row__table=filled.table).exists()


ROW = RowData(1, "7.2.7", "14", "", "", "", None, "", 3, 0, 9)
OF_NO_PAGE = {"table_id", "pk", "item_id"}  # of the table, or named beside the row


def test_every_column_of_a_row_is_part_of_what_it_is_kept_by():
    parts = {name for name in RowData._fields if ROW._replace(**{name: "x"}).shown != ROW.shown}
    assert parts == set(RowData._fields) - OF_NO_PAGE
