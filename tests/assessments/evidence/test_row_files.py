import datetime as dt
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.evidence import services
from assessments.evidence.selectors import files_in, library_for, unproven
from assessments.sharing import services as shares
from assessments.tables.models import RowEvidence, ScoreRow
from assessments.versions.services import tables
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.documents import uploads
from greendistrict.documents.models import Evidence
from tests.factories.assessments import make_self_check, make_table
from tests.files import pdf
from tests.steps import step

HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db
ITEM, OTHER = "7.2.7", "7.2.13"


@pytest.fixture
def table(people):
    return make_self_check(people).table


def row_of(table, item_id=ITEM):
    return ScoreRow.objects.get(table=table, item_id=item_id)


def file(name="监测报告.pdf"):
    return SimpleUploadedFile(name, pdf())


def added(table, people, item_id=ITEM, **kw):
    return services.add_upload(row=row_of(table, item_id), upload=file(), title="", page=kw.pop("page", None), by=people.preparer, **kw)


def href(name, table, *more):
    return reverse(f"assessments:{name}", args=[table.pk, ITEM, *more])


def test_several_files_at_once_with_page_and_validity(preparer, table):
    data = {"do": "upload", "upload-upload": [file("甲.pdf"), file("乙.pdf")], "upload-page": "7", "upload-valid_to": "2027-12-31"}
    assert preparer.post(href("row_evidence", table), data).status_code == 302
    links = RowEvidence.objects.filter(row=row_of(table)).select_related("document")
    assert [(one.document.title, one.page, one.document.valid_to) for one in links] == [
        ("甲", 7, dt.date(2027, 12, 31)),
        ("乙", 7, dt.date(2027, 12, 31)),
    ]


def test_a_file_that_came_piece_by_piece_is_put_under_the_row(preparer, people, table):
    content = pdf()
    upload = uploads.begin(owner=table, name="大报告.pdf", size=len(content), by=people.preparer)
    uploads.append(upload=upload, offset=0, stream=BytesIO(content))
    answer = preparer.post(href("row_evidence_arrived", table), {"key": str(upload.key), "page": "3"})
    assert "大报告" in answer.content.decode()
    assert row_of(table).evidence.get().page == 3
    assert preparer.post(href("row_evidence_arrived", table), {"key": str(upload.key)}).status_code == 404


def test_a_new_version_takes_the_place_of_the_old_one_in_open_tables(people, table):
    link = added(table, people)
    services.add_existing(row=row_of(table, OTHER), document=link.document, page=9, by=people.preparer)
    received = make_table(table.district, year=2024)
    kept = RowEvidence.objects.create(row=row_of(received), document=link.document)
    tables.lock_table(table=received)
    new = services.replace(link=link, upload=file("新版.pdf"), by=people.preparer, valid_to=dt.date(2028, 1, 1))
    assert (new.version, new.replaces, new.owner) == (2, link.document, subject_of(table))
    assert {one.document_id for one in RowEvidence.objects.filter(row__table=table)} == {new.pk}
    kept.refresh_from_db()
    assert kept.document == link.document
    assert list(library_for(people.preparer, table)) == [new]


def test_a_file_of_last_years_table_may_be_replaced_in_this_years(people, table):
    before = make_table(table.district, year=2024)
    old = services.add_upload(row=row_of(before), upload=file(), title="", page=None, by=people.preparer).document
    tables.lock_table(table=before)
    link = services.add_existing(row=row_of(table), document=old, page=None, by=people.preparer)
    with pytest.raises(NotAllowed, match="请上传新版"):
        services.describe(link=link, page=None, valid_from=None, valid_to=dt.date(2030, 1, 1), by=people.preparer)
    assert services.replace(link=link, upload=file(), by=people.preparer).version == 2


def test_page_and_validity_are_set_later(preparer, people, table):
    link = added(table, people)
    data = {"do": "describe", "page": "12", "passage": "表5-3", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    preparer.post(href("row_evidence_remove", table, link.pk), data)
    link.refresh_from_db()
    assert (link.page, link.passage, link.document.valid_to) == (12, "表5-3", dt.date(2026, 12, 31))
    reading = f"{reverse('documents:reading', args=[link.document.key])}?page=12&amp;passage=%E8%A1%A85-3"
    assert reading in preparer.get(href("row_evidence", table)).content.decode()
    text = preparer.post(href("row_evidence_remove", table, link.pk), data | {"valid_to": "2025-01-01"}, follow=True).content.decode()
    assert "有效期止不能早于有效期起" in text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refused_description_of_a_file_keeps_what_was_typed(preparer, people, table, headers):
    link = added(table, people)
    data = {"do": "describe", "page": "十二", "passage": "表9-9", "valid_from": "2026-01-01", "valid_to": "2027-03-31"}
    answer = preparer.post(href("row_evidence_remove", table, link.pk), data, headers=headers)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'<a href="#file-{link.pk}-page">页码请写成12，或12–14</a>' in text
    assert f'id="file-{link.pk}-page"' in text
    assert "<details open>" in text
    for typed in ("十二", "表9-9", "2026-01-01", "2027-03-31"):
        assert f'value="{typed}"' in text
    link.refresh_from_db()
    assert link.passage == ""


def test_a_refused_new_version_keeps_its_end_of_validity_and_names_the_file(preparer, people, table):
    link = added(table, people)
    answer = preparer.post(href("row_evidence_remove", table, link.pk), {"do": "replace", "valid_to": "2027-03-31"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'<a href="#file-{link.pk}-new-upload">新版文件：' in text
    assert 'value="2027-03-31"' in text
    assert not Evidence.objects.filter(replaces=link.document).exists()


def test_what_lacks_proof_is_listed(client, people, table):
    added(table, people, valid_to=dt.date(2026, 1, 31))
    added(table, people, OTHER)
    with clock.at(dt.datetime(2027, 1, 9, tzinfo=clock.SHANGHAI)):
        found = {one.item_id: one.text for one in unproven(table)}
        client.force_login(people.preparer)
        text = client.get(reverse("assessments:table_files", args=[table.pk])).content.decode()
        assert [line.expired for line in files_in(table)] == [True, False]
    assert found[ITEM] == "佐证材料已过有效期"
    assert OTHER not in found
    assert found["7.2.1"] == "缺佐证材料"
    assert "2026年1月31日" in text


def test_a_bureau_adds_to_its_rows_and_picks_only_what_is_its_own(client, people, table):
    ours = added(table, people).document
    share = shares.give_out(table=table, items=[OTHER], by=people.preparer, organisation=people.bureau_body)
    client.force_login(people.bureau)
    address = reverse("assessments:share_evidence", args=[share.pk, OTHER])
    assert client.post(address, {"do": "upload", "upload-upload": file("水务局.pdf")}).status_code == 302
    assert client.get(reverse("assessments:share_evidence", args=[share.pk, ITEM])).status_code == 404
    assert client.get(href("row_evidence", table)).status_code == 404
    assert [one.title for one in library_for(people.bureau, table)] == ["水务局"]
    assert client.post(address, {"do": "pick", "pick-document": [ours.pk]}).status_code == 422
    own = row_of(table, OTHER).evidence.get().document
    assert client.get(reverse("documents:download", args=[own.key])).getvalue().startswith(b"%PDF")
    assert client.get(reverse("documents:download", args=[ours.key])).status_code == 404


def test_files_of_signed_or_submitted_rows_stay(people, table):
    share = shares.give_out(table=table, items=[OTHER], by=people.preparer, organisation=people.bureau_body)
    link = services.add_upload(row=row_of(table, OTHER), upload=file(), title="", page=None, by=people.bureau)
    table.rows.update(build_state="done")
    step(share, "sign", people.bureau)
    with pytest.raises(Closed):
        services.remove(link=link, by=people.preparer)
    with pytest.raises(Closed):
        services.replace(link=link, upload=file(), by=people.bureau)
    tables.lock_table(table=table)
    with pytest.raises(Closed):
        added(table, people)
    with pytest.raises(Refused):
        services.remove(link=link, by=people.outsider_preparer)


def test_picking_is_marked_as_required_nowhere_and_refused_when_nothing_is_picked(preparer, table):
    address = reverse("assessments:row_evidence", args=[table.pk, "7.2.7"])
    picking = preparer.get(address).context["pick"]
    assert not any(field.field.required for field in picking)
    answer = preparer.post(address, {"do": "pick"})
    assert answer.status_code == 422
    assert "请选择要加入的材料" in answer.content.decode()


def sent(client, table, headers=None, **data):
    data = {"do": "upload", "upload-upload": file(), "upload-confidentiality": "internal", **data}
    return client.post(reverse("assessments:row_evidence", args=[table.pk, ITEM]), data, headers=headers)


@pytest.mark.parametrize(("typed", "shown"), [("12–14", "12–14"), ("第１２页至14页", "12–14"), ("12", "12"), ("12-12", "12"), ("", "")])
def test_pages_are_taken_as_people_write_them(preparer, table, typed, shown):
    assert sent(preparer, table, **{"upload-page": typed, "upload-passage": "表3"}).status_code == 302
    assert RowEvidence.objects.get().pages == shown


@pytest.mark.parametrize("typed", ["14–12", "0", "约12", "12–"])
def test_pages_that_cannot_be_read_are_named_and_kept(preparer, table, typed):
    answer = sent(preparer, table, **{"upload-page": typed})
    assert answer.status_code == 422
    assert "页码请写成12，或12–14" in answer.content.decode()
    assert not RowEvidence.objects.exists()


def test_one_file_is_put_under_many_clauses_at_once(preparer, table):
    sent(preparer, table, **{"upload-page": "12–14", "upload-also": ["7.2.1", "7.2.17"]})
    assert sorted(RowEvidence.objects.values_list("row__item_id", "page", "page_end")) == sorted(
        (name, 12, 14) for name in (ITEM, "7.2.1", "7.2.17")
    )
    assert Evidence.objects.count() == 1
    answer = preparer.post(
        reverse("assessments:row_evidence", args=[table.pk, "4.2.1"]),
        {"do": "pick", "pick-also": ["7.2.1", "4.2.2"], "pick-document": [Evidence.objects.get().pk]},
    )
    assert answer.status_code == 302
    assert RowEvidence.objects.count() == 5


def test_the_library_shows_a_title_once_with_the_clauses_it_proves(preparer, table):
    for name in (ITEM, "7.2.1"):
        preparer.post(
            reverse("assessments:row_evidence", args=[table.pk, name]),
            {"do": "upload", "upload-upload": file(), "upload-confidentiality": "internal", "upload-title": "年报"},
        )
    page = preparer.get(reverse("assessments:row_evidence", args=[table.pk, "4.2.1"]))
    (line,) = page.context["library"]
    assert (line.document.title, line.clauses) == ("年报", "、".join(sorted(("7.2.1", ITEM))))
    assert "预览" in page.content.decode()


def test_the_drawer_adds_a_file_and_brings_the_row_up_to_date(preparer, table):
    address = reverse("assessments:row_evidence", args=[table.pk, ITEM])
    panel = preparer.get(address, headers=HTMX).content.decode()
    assert panel.lstrip().startswith('<section id="drawer-evidence"')
    assert '<h3 tabindex="-1" autofocus>' in panel
    text = sent(preparer, table, HTMX, **{"upload-page": "3"}).content.decode()
    assert "autofocus" not in text
    assert f"{ITEM} 的佐证材料已加入" in text
    assert f'<span id="ev-{ITEM.replace(".", "_")}" hx-swap-oob="innerHTML">1</span>' in text
    assert 'id="totals" hx-swap-oob' in text
    link = RowEvidence.objects.get()
    assert "请写成12" in preparer.post(f"{address}{link.pk}/remove/", {"do": "describe", "page": "x"}, headers=HTMX).content.decode()
    text = preparer.post(f"{address}{link.pk}/remove/", {"do": "remove"}, headers=HTMX).content.decode()
    assert "材料仍在材料库" in text
    assert sent(preparer, table, HTMX, **{"upload-page": "x"}).status_code == 422


def test_the_drawer_of_a_share_shows_no_other_clause(client, people, table):
    share = shares.give_out(table=table, items=[ITEM, "7.2.1"], by=people.preparer, organisation=people.bureau_body)
    client.force_login(people.preparer)
    sent(client, table, **{"upload-title": "区年报", "upload-also": ["7.2.17", "7.2.1"]})
    client.force_login(people.bureau)
    drawer = client.get(reverse("assessments:share_row", args=[share.pk, ITEM]), headers=HTMX).content.decode()
    address = reverse("assessments:share_evidence", args=[share.pk, ITEM])
    assert f'hx-get="{address}"' in drawer
    panel = client.get(address, headers=HTMX).content.decode()
    assert "同时证明 7.2.1<" in panel.replace("\n", "").replace(" <", "<")
    assert "7.2.17" not in panel
    data = {"do": "upload", "upload-upload": file("监测.pdf"), "upload-confidentiality": "internal", "upload-page": "12–14"}
    text = client.post(address, data, headers=HTMX).content.decode()
    assert "第12–14页" in text
    assert f'<span id="tag-{ITEM.replace(".", "_")}" hx-swap-oob' in text
    assert 'id="totals"' not in text
    assert "7.2.17" not in text
    other = reverse("assessments:share_evidence", args=[share.pk, "7.2.17"])
    assert client.get(other, headers=HTMX).status_code == 404
    link = RowEvidence.objects.get(document__title="监测")
    assert "材料仍在材料库" in client.post(f"{address}{link.pk}/remove/", {"do": "remove"}, headers=HTMX).content.decode()
