import re
from http import HTTPStatus

import pytest
from django.urls import reverse

from assessments.sharing.models import RowShare, SharedRow
from assessments.tables.models import RowChange, ScoreRow
from assessments.tables.selectors.scoring import RowData
from assessments.tables.selectors.tables import result_of
from assessments.tables.services.cells import save_cell
from assessments.versions.services import tables
from greendistrict.core import clock
from tests.factories.assessments import fill_table, make_self_check, make_table
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(people):
    return make_self_check(people, filled=False)


def page(client, table, query=""):
    return client.get(f"{reverse('assessments:score_table', args=[table.pk])}{query}")


def stored(table, item_id):
    return ScoreRow.objects.get(table=table, item_id=item_id)


def test_the_page_takes_eight_queries_at_most(preparer, check, django_assert_max_num_queries):
    page(preparer, check.table, "?item=7.2.7")
    with django_assert_max_num_queries(8):
        page(preparer, check.table, "?item=7.2.7")
    with django_assert_max_num_queries(8):
        text = preparer.get(reverse("assessments:score_print", args=[check.table.pk])).content.decode()
    assert [name for name in check.table.rows.values_list("item_id", flat=True) if f"<td>{name}</td>" not in text] == []


def test_a_full_table_takes_no_more_queries(preparer, people, django_assert_max_num_queries):
    check = make_self_check(people)
    page(preparer, check.table)
    with django_assert_max_num_queries(8):
        page(preparer, check.table, "?chapter=lowcarbon")


def test_without_javascript_a_chapter_is_one_form(preparer, check):
    address = reverse("assessments:score_table", args=[check.table.pk])
    data = {
        "rows": ["7.2.7", "7.2.1", "7.1.2", "7.2.6"],
        "7.2.7-shown": "1",
        "7.2.7-version": "0",
        "7.2.7-value": "14.3",
        "7.2.1-shown": "1",
        "7.2.1-version": "0",
        "7.2.1-value-a": "30",
        "7.2.1-value-b": "50",
        "7.1.2-shown": "1",
        "7.1.2-version": "0",
        "7.1.2-value": "true",
        "7.2.6-shown": "1",
        "7.2.6-version": "0",
        "7.2.6-value": "",
    }
    answer = preparer.post(f"{address}?chapter=lowcarbon", data)
    assert answer.status_code == HTTPStatus.FOUND
    values = {name: stored(check.table, name).value for name in data["rows"]}
    assert values == {"7.2.7": "14.3", "7.2.1": {"a": "30", "b": "50"}, "7.1.2": True, "7.2.6": None}
    assert stored(check.table, "7.2.6").version == 0


def test_without_javascript_bad_cells_come_back_with_what_was_typed(preparer, check, people):
    save_cell(table=check.table, item_id="7.2.6", field="value", value="40", version=0, token="", by=people.consultant)
    address = f"{reverse('assessments:score_table', args=[check.table.pk])}?chapter=lowcarbon"
    data = {"rows": ["7.2.7", "7.2.6", "7.2.25"]}
    for name, value in (("7.2.7", "abc"), ("7.2.6", "55"), ("7.2.25", "60")):
        data |= {f"{name}-shown": "1", f"{name}-version": "0", f"{name}-value": value}
    answer = preparer.post(address, data)
    text = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert 'value="abc"' in text
    assert "应填数字，如 70 或 70.5" in text
    assert "现存“40%”" in text
    assert 'value="55"' in text
    assert stored(check.table, "7.2.25").value == "60"
    assert stored(check.table, "7.2.6").value == "40"


def test_a_checklist_tells_untouched_from_nothing_of_it(preparer, check):
    address = reverse("assessments:score_table", args=[check.table.pk])
    untouched = {"rows": ["5.2.4"], "5.2.4-shown": "1", "5.2.4-version": "0"}
    preparer.post(address, untouched)
    assert stored(check.table, "5.2.4").value is None
    preparer.post(address, {**untouched, "5.2.4-value": "-"})
    assert stored(check.table, "5.2.4").value == []


def test_the_city_sees_the_frozen_version_while_it_is_edited_again(client, people):
    check = make_self_check(people)
    tables.submit_table(table=check.table, by=None)
    tables.return_table(table=check.table, by=None, reason="补充")
    check.table.refresh_from_db()
    save_cell(table=check.table, item_id="7.2.7", field="value", value="1.1", version=0, token="", by=people.preparer)
    client.force_login(people.city_officer)
    text = page(client, check.table, "?item=7.2.7").content.decode()
    assert "第1版" in text
    assert ">1.1<" not in text
    client.force_login(people.preparer)
    assert 'value="1.1"' in page(client, check.table, "?item=7.2.7").content.decode()


def test_a_planning_table_stands_behind_the_expected_points(preparer, people):
    district = make_district(people, stage="pilot", key_areas=["五个新城"])
    planned = fill_table(make_table(district, purpose="application", stage="planning"))
    tables.submit_table(table=planned, by=None)
    planned.refresh_from_db()
    table = make_table(district, planned=planned, building=True)
    assert planned.result["total"] in page(preparer, table, "?chapter=lowcarbon").content.decode()
    assert stored(table, "7.2.7").target == stored(planned, "7.2.7").value


def test_the_drawer_is_a_fragment(preparer, check):
    address = reverse("assessments:score_row", args=[check.table.pk, "7.2.7"])
    text = preparer.get(address, headers={"HX-Request": "true"}).content.decode()
    assert text.lstrip().startswith("<aside")
    assert preparer.get(address).status_code == HTTPStatus.FOUND


def test_evidence_is_uploaded_picked_and_removed(preparer, check):
    from django.core.files.uploadedfile import SimpleUploadedFile

    address = reverse("assessments:row_evidence", args=[check.table.pk, "7.2.7"])
    other = reverse("assessments:row_evidence", args=[check.table.pk, "7.2.6"])
    bad = SimpleUploadedFile("计算书.pdf", b"not a pdf", content_type="application/pdf")
    answer = preparer.post(address, {"do": "upload", "upload-title": "计算书", "upload-upload": bad})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    good = SimpleUploadedFile("p.png", _png(), content_type="image/png")
    answer = preparer.post(address, {"do": "upload", "upload-title": "计算书", "upload-upload": good, "upload-page": "12"})
    assert answer.status_code == HTTPStatus.FOUND
    link = stored(check.table, "7.2.7").evidence.get()
    assert (link.page, link.document.title) == (12, "计算书")
    assert preparer.post(other, {"do": "pick", "pick-document": link.document_id}).status_code == HTTPStatus.FOUND
    assert stored(check.table, "7.2.6").evidence.count() == 1
    assert "计算书" in page(preparer, check.table, "?item=7.2.7").content.decode()
    remove = reverse("assessments:row_evidence_remove", args=[check.table.pk, "7.2.7", link.pk])
    assert preparer.post(remove).status_code == HTTPStatus.FOUND
    assert stored(check.table, "7.2.7").evidence.count() == 1, "nothing was asked for"
    assert preparer.post(remove, {"do": "remove"}).status_code == HTTPStatus.FOUND
    assert stored(check.table, "7.2.7").evidence.count() == 0


def _png():
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (2, 2), "white").save(out, "PNG")
    return out.getvalue()


def test_a_file_of_the_library_is_opened_by_who_reads_the_table(client, people):
    from assessments.tables.models import RowEvidence
    from greendistrict.documents.services import store_bytes

    table = make_table(make_district(people), purpose="application", stage="planning")  # no title: a partner reads no file of it
    type(table).objects.filter(pk=table.pk).update(status="received")
    paper = store_bytes(owner=table.district, content=_png(), name="p.png", content_type="image/png", kind="佐证材料", title="库中材料")
    address = reverse("documents:download", args=[paper.key])
    client.force_login(people.partner)
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
    RowEvidence.objects.create(row=table.rows.get(item_id="7.2.7"), document=paper)
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == _png()
    client.force_login(people.outsider_preparer)
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_whole_table_is_saved_by_one_statement(preparer, check, kept_queries):
    address = reverse("assessments:score_table", args=[check.table.pk])
    rows = list(check.table.rows.values_list("item_id", flat=True))
    data = {"rows": rows} | {f"{name}-version": "0" for name in rows} | {f"{name}-explanation": f"{name}的说明" for name in rows}
    data |= {"7.2.7-shown": "1", "7.2.7-value": "１４．３", "7.1.2-shown": "1", "7.1.2-value": "true"}
    with kept_queries():  # session, user, posts, table, rows, one UPDATE with its history
        assert preparer.post(f"{address}?chapter=all", data).status_code == HTTPStatus.FOUND
    row = stored(check.table, "7.2.7")
    assert (row.value, row.explanation, row.version) == ("14.3", "7.2.7的说明", 1)
    assert sorted(row.changes.values_list("field", "old", "new")) == [("explanation", "", "7.2.7的说明"), ("value", None, "14.3")]
    assert check.table.rows.filter(version=1).count() == len(rows)
    data = {"rows": ["7.2.7"], "7.2.7-version": "1", "7.2.7-shown": "1", "7.2.7-value": ""}
    preparer.post(address, data)
    assert stored(check.table, "7.2.7").value is None
    assert stored(check.table, "7.2.7").changes.last().new is None


def test_a_chapter_form_is_in_conflict_about_the_very_cells_only(preparer, check, people):
    save_cell(table=check.table, item_id="7.2.6", field="explanation", value="对方的说明", version=0, token="", by=people.consultant)
    data = {"rows": ["7.2.6"], "7.2.6-version": "0", "7.2.6-shown": "1", "7.2.6-value": "55"}
    assert preparer.post(reverse("assessments:score_table", args=[check.table.pk]), data).status_code == HTTPStatus.FOUND
    row = stored(check.table, "7.2.6")
    assert (row.value, row.explanation) == ("55", "对方的说明")


@pytest.mark.parametrize(
    ("query", "said"),
    [("?chapter=nowhere", "没有“nowhere”这一章"), ("?item=99.9.9", "没有条文“99.9.9”"), ("?show=nothing", "没有“nothing”这一筛选条件")],
)
def test_an_address_that_names_what_is_not_there_says_so(preparer, check, query, said):
    assert said in page(preparer, check.table, query).content.decode()


def test_a_chapter_is_found_by_its_number(preparer, check):
    text = page(preparer, check.table, "?chapter=5").content.decode()
    assert "年径流总量控制率" in text
    assert "网址可能有误" not in text


@pytest.fixture
def filled(people):
    return make_self_check(people)


def shown(client, table, query):
    text = client.get(f"{reverse('assessments:score_table', args=[table.pk])}?{query}").content.decode()
    return re.findall(r'<tr id="row-[^"]*" data-item="([^"]*)"', text), text


def put(table, item_id, **values):
    ScoreRow.objects.filter(table=table, item_id=item_id).update(**values)


def test_all_chapters_show_every_row_in_order(preparer, filled):
    rows, text = shown(preparer, filled.table, "chapter=all")
    assert rows == list(filled.table.rows.order_by("order").values_list("item_id", flat=True))
    assert text.count('class="gd-chapter"') == text.count("<progress")


def test_empty_rows(preparer, filled):
    put(filled.table, "7.2.7", value=None)
    put(filled.table, "7.2.1", value={"a": "3"})  # half of a ratio
    assert shown(preparer, filled.table, "show=empty")[0] == ["7.2.1", "7.2.7"]


def test_rows_that_differ_from_last_year(preparer, filled):
    last = make_table(filled.district, year=2025)
    for row in filled.table.rows.all():
        put(last, row.item_id, value=row.value)
    type(filled.table).objects.filter(pk=filled.table.pk).update(previous=last)
    put(filled.table, "7.2.7", value="11")
    put(filled.table, "9.2.1", exclusion_reason="没有")
    rows, text = shown(preparer, filled.table, "show=changed")
    assert rows == ["7.2.7", "9.2.1"]
    assert '<a href="?show=changed" aria-current="true"' in text


def test_rows_below_target(preparer, filled):
    put(filled.table, "7.2.7", value="11", target="12")
    put(filled.table, "7.2.23", target={"a": "1", "b": "100"})
    assert shown(preparer, filled.table, "show=below")[0] == ["7.2.7"]


def test_rows_with_findings_rows_sent_back_and_rows_of_mine(preparer, filled, people):
    put(filled.table, "7.1.2", value=False)
    assert "7.1.2" in shown(preparer, filled.table, "show=failed")[0]
    type(filled).objects.filter(pk=filled.pk).update(findings=[{"item_id": "5.2.3", "text": "补证明"}, {"item_id": "", "text": "整体"}])
    assert shown(preparer, filled.table, "show=returned")[0] == ["5.2.3"]
    assert shown(preparer, filled.table, "show=mine")[0] == []
    share = RowShare.objects.create(table=filled.table, person=people.preparer, assigned_by=people.preparer, assigned_at=clock.now())
    SharedRow.objects.create(share=share, row=filled.table.rows.get(item_id="6.2.1"))
    assert shown(preparer, filled.table, "show=mine")[0] == ["6.2.1"]


def test_nothing_found_says_so_and_an_unknown_filter_is_none(preparer, filled):
    rows, text = shown(preparer, filled.table, "show=mine")
    assert (rows, "没有符合条件的条文" in text) == ([], True)
    assert shown(preparer, filled.table, "show=nonsense")[0]


@pytest.mark.parametrize("query", ["chapter=all", "show=empty", "show=changed", "show=below", "show=returned"])
def test_filters_cost_no_more_queries_than_a_chapter(preparer, filled, query, django_assert_max_num_queries):
    shown(preparer, filled.table, query)
    with django_assert_max_num_queries(8):
        shown(preparer, filled.table, query)


def address(table):
    return reverse("assessments:score_trial", args=[table.pk])


def test_values_typed_are_scored_and_never_written(preparer, people):
    table = fill_table(make_table(make_district(people, key_areas=["五个新城"])))
    before = list(ScoreRow.objects.filter(table=table).order_by("pk").values())
    assert f"<dd><b>{result_of(table).total}</b>" in preparer.get(address(table)).content.decode()
    assert "得分" in preparer.post(address(table), {"v:4.2.1": "1", "do": "score"}).content.decode()
    assert list(ScoreRow.objects.filter(table=table).order_by("pk").values()) == before
    assert not RowChange.objects.filter(row__table=table).exists()


ROW = RowData(1, "7.2.7", "14", "", "", "", None, "", 3, 0, 9)
OF_NO_PAGE = {"table_id", "pk", "item_id"}  # of the table, or named beside the row


def test_every_column_of_a_row_is_part_of_what_it_is_kept_by():
    parts = {name for name in RowData._fields if ROW._replace(**{name: "x"}).shown != ROW.shown}
    assert parts == set(RowData._fields) - OF_NO_PAGE
