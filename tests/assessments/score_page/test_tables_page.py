from http import HTTPStatus

import pytest
from django.urls import reverse

from assessments.tables.models import ScoreRow
from assessments.tables.services.cells import save_cell
from assessments.versions.services import tables
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import fill_table, make_self_check, make_table
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def check(people):
    return make_self_check(people, filled=False)


def page(client, table, query=""):
    return client.get(f"{reverse('assessments:score_table', args=[table.pk])}{query}")


def stored(table, item_id):
    return ScoreRow.objects.get(table=table, item_id=item_id)


def test_the_page_takes_eight_queries_at_most(client, check, people, django_assert_max_num_queries):
    client.force_login(people.preparer)
    page(client, check.table, "?item=7.2.7")
    with django_assert_max_num_queries(8):
        answer = page(client, check.table, "?item=7.2.7")
    text = answer.content.decode()
    for words in ("低碳高效", "可再生能源替代率", "按建设期填报，不试算星级", "参考版", "演示数据", "不低于12%"):
        assert words in text


def test_a_full_table_takes_no_more_queries(client, people, django_assert_max_num_queries):
    check = make_self_check(people)
    client.force_login(people.preparer)
    page(client, check.table)
    with django_assert_max_num_queries(8):
        page(client, check.table, "?chapter=lowcarbon")


@pytest.mark.parametrize(
    ("seat", "status"),
    [
        ("preparer", 200),
        ("consultant", 200),
        ("reviewer", 200),
        ("authority", 200),
        ("city_officer", 404),
        ("secretariat", 404),
        ("partner", 404),
        ("expert1", 404),
        ("outsider_preparer", 404),
        ("system_keeper", 404),
    ],
)
def test_an_unsubmitted_table_is_seen_by_its_own_people(client, check, people, seat, status):
    client.force_login(getattr(people, seat))
    assert page(client, check.table).status_code == status


def test_a_long_name_stands_above_its_field_and_the_unit_beside_it(client, check, people):
    client.force_login(people.preparer)
    text = page(client, check.table, "?item=4.2.1").content.decode()
    cell = text.split('id="cell-4_2_1"', 1)[1].split('id="comp-4_2_1"', 1)[0]
    assert '<small class="gd-cell-name">功能混合街坊用地面积</small>' in cell
    assert '<small class="gd-unit">公顷</small>' in cell


def test_without_javascript_a_chapter_is_one_form(client, check, people):
    client.force_login(people.preparer)
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
    answer = client.post(f"{address}?chapter=lowcarbon", data)
    assert answer.status_code == HTTPStatus.FOUND
    values = {name: stored(check.table, name).value for name in data["rows"]}
    assert values == {"7.2.7": "14.3", "7.2.1": {"a": "30", "b": "50"}, "7.1.2": True, "7.2.6": None}
    assert stored(check.table, "7.2.6").version == 0


def test_without_javascript_bad_cells_come_back_with_what_was_typed(client, check, people):
    client.force_login(people.preparer)
    save_cell(table=check.table, item_id="7.2.6", field="value", value="40", version=0, token="", by=people.consultant)
    address = f"{reverse('assessments:score_table', args=[check.table.pk])}?chapter=lowcarbon"
    data = {"rows": ["7.2.7", "7.2.6", "7.2.25"]}
    for name, value in (("7.2.7", "abc"), ("7.2.6", "55"), ("7.2.25", "60")):
        data |= {f"{name}-shown": "1", f"{name}-version": "0", f"{name}-value": value}
    answer = client.post(address, data)
    text = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert 'value="abc"' in text
    assert "应填数字，如 70 或 70.5" in text
    assert "现存“40%”" in text
    assert 'value="55"' in text
    assert stored(check.table, "7.2.25").value == "60"
    assert stored(check.table, "7.2.6").value == "40"


def test_a_checklist_tells_untouched_from_nothing_of_it(client, check, people):
    client.force_login(people.preparer)
    address = reverse("assessments:score_table", args=[check.table.pk])
    untouched = {"rows": ["5.2.4"], "5.2.4-shown": "1", "5.2.4-version": "0"}
    client.post(address, untouched)
    assert stored(check.table, "5.2.4").value is None
    client.post(address, {**untouched, "5.2.4-value": "-"})
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


def test_a_planning_table_stands_behind_the_expected_points(client, people):
    district = make_district(people, stage="pilot", key_areas=["五个新城"])
    planned = fill_table(make_table(district, purpose="application", stage="planning"))
    tables.submit_table(table=planned, by=None)
    planned.refresh_from_db()
    table = make_table(district, planned=planned, building=True)
    client.force_login(people.preparer)
    text = page(client, table, "?chapter=lowcarbon").content.decode()
    assert "预期（规划得分）" in text
    assert planned.result["total"] in text
    assert stored(table, "7.2.7").target == stored(planned, "7.2.7").value


def test_a_control_outside_key_areas_is_left_out_by_the_portal(client, people):
    district = make_district(people, stage="pilot", key_areas=[])
    table = make_table(district, building=True)
    client.force_login(people.preparer)
    assert "由平台判定不参评" in page(client, table, "?item=7.1.3").content.decode()


def test_the_drawer_is_a_fragment(client, check, people):
    client.force_login(people.preparer)
    address = reverse("assessments:score_row", args=[check.table.pk, "7.2.7"])
    text = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert text.lstrip().startswith("<aside")
    assert client.get(address).status_code == HTTPStatus.FOUND


def test_evidence_is_uploaded_picked_and_removed(client, check, people):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(people.preparer)
    address = reverse("assessments:row_evidence", args=[check.table.pk, "7.2.7"])
    other = reverse("assessments:row_evidence", args=[check.table.pk, "7.2.6"])
    bad = SimpleUploadedFile("计算书.pdf", b"not a pdf", content_type="application/pdf")
    answer = client.post(address, {"do": "upload", "upload-title": "计算书", "upload-upload": bad})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    good = SimpleUploadedFile("p.png", _png(), content_type="image/png")
    answer = client.post(address, {"do": "upload", "upload-title": "计算书", "upload-upload": good, "upload-page": "12"})
    assert answer.status_code == HTTPStatus.FOUND
    link = stored(check.table, "7.2.7").evidence.get()
    assert (link.page, link.document.title) == (12, "计算书")
    assert client.post(other, {"do": "pick", "pick-document": link.document_id}).status_code == HTTPStatus.FOUND
    assert stored(check.table, "7.2.6").evidence.count() == 1
    assert "计算书" in page(client, check.table, "?item=7.2.7").content.decode()
    remove = reverse("assessments:row_evidence_remove", args=[check.table.pk, "7.2.7", link.pk])
    assert client.post(remove).status_code == HTTPStatus.FOUND
    assert stored(check.table, "7.2.7").evidence.count() == 1, "nothing was asked for"
    assert client.post(remove, {"do": "remove"}).status_code == HTTPStatus.FOUND
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


def test_a_whole_table_is_saved_by_one_statement(client, check, people, kept_queries):
    client.force_login(people.preparer)
    address = reverse("assessments:score_table", args=[check.table.pk])
    rows = list(check.table.rows.values_list("item_id", flat=True))
    data = {"rows": rows} | {f"{name}-version": "0" for name in rows} | {f"{name}-explanation": f"{name}的说明" for name in rows}
    data |= {"7.2.7-shown": "1", "7.2.7-value": "１４．３", "7.1.2-shown": "1", "7.1.2-value": "true"}
    with kept_queries():  # session, user, posts, table, rows, one UPDATE with its history
        assert client.post(f"{address}?chapter=all", data).status_code == HTTPStatus.FOUND
    row = stored(check.table, "7.2.7")
    assert (row.value, row.explanation, row.version) == ("14.3", "7.2.7的说明", 1)
    assert sorted(row.changes.values_list("field", "old", "new")) == [("explanation", "", "7.2.7的说明"), ("value", None, "14.3")]
    assert check.table.rows.filter(version=1).count() == len(rows)
    data = {"rows": ["7.2.7"], "7.2.7-version": "1", "7.2.7-shown": "1", "7.2.7-value": ""}
    client.post(address, data)
    assert stored(check.table, "7.2.7").value is None
    assert stored(check.table, "7.2.7").changes.last().new is None


def test_a_chapter_form_is_in_conflict_about_the_very_cells_only(client, check, people):
    client.force_login(people.preparer)
    save_cell(table=check.table, item_id="7.2.6", field="explanation", value="对方的说明", version=0, token="", by=people.consultant)
    data = {"rows": ["7.2.6"], "7.2.6-version": "0", "7.2.6-shown": "1", "7.2.6-value": "55"}
    assert client.post(reverse("assessments:score_table", args=[check.table.pk]), data).status_code == HTTPStatus.FOUND
    row = stored(check.table, "7.2.6")
    assert (row.value, row.explanation) == ("55", "对方的说明")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?chapter=nowhere", "没有“nowhere”这一章"),
        ("?item=99.9.9", "没有条文“99.9.9”"),
        ("?show=nothing", "没有“nothing”这一筛选条件"),
    ],
)
def test_an_address_that_names_what_is_not_there_says_so(client, check, people, query, said):
    client.force_login(people.preparer)
    assert said in page(client, check.table, query).content.decode()


def test_a_chapter_is_found_by_its_number(client, check, people):
    client.force_login(people.preparer)
    text = page(client, check.table, "?chapter=5").content.decode()
    assert "年径流总量控制率" in text
    assert "网址可能有误" not in text
