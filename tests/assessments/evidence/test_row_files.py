import datetime as dt
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.evidence import services
from assessments.evidence.selectors import files_in, library_for, unproven
from assessments.sharing import services as shares
from assessments.tables.models import RowEvidence
from assessments.versions import services as tables
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.documents import uploads
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_by_key
from tests.assessments.browsing import HTMX, lacking, row_of, text_of, url
from tests.factories.assessments import make_self_check, make_table
from tests.files import pdf
from tests.refusing import refuses
from tests.steps import step

ITEM, OTHER = "7.2.7", "7.2.13"
PAPER = pdf()


@pytest.fixture
def table(people):
    return make_self_check(people).table


def file(name="监测报告.pdf"):
    return SimpleUploadedFile(name, PAPER)


def added(table, people, item_id=ITEM, **kw):
    return services.add_upload(row=row_of(table, item_id), upload=file(), title="", page=kw.pop("page", None), by=people.preparer, **kw)


def panel(table, item_id=ITEM):
    return url("row_evidence", table, item_id)


def act(client, table, link, headers=None, **data):
    """Describe, replace or remove a file of the row."""
    return client.post(url("row_evidence_remove", table, ITEM, link), data, headers=headers)


def sent(client, table, item_id=ITEM, headers=None, **data):
    """Upload a file; names of fields stand without their prefix."""
    fields = {f"upload-{name}": value for name, value in {"upload": file(), "confidentiality": "internal", **data}.items()}
    return client.post(panel(table, item_id), {"do": "upload", **fields}, headers=headers)


def test_several_files_at_once_with_page_and_validity(preparer, table):
    bad = sent(preparer, table, upload=SimpleUploadedFile("计算书.pdf", b"not a pdf", content_type="application/pdf"))
    assert (bad.status_code, RowEvidence.objects.exists()) == (422, False)
    assert sent(preparer, table, upload=[file("甲.pdf"), file("乙.pdf")], page="7", valid_to="2027-12-31").status_code == 302
    links = RowEvidence.objects.filter(row=row_of(table)).values_list("document__title", "page", "document__valid_to")
    assert list(links) == [(title, 7, dt.date(2027, 12, 31)) for title in "甲乙"]


def test_a_file_that_came_piece_by_piece_is_put_under_the_row(preparer, people, table):
    content, arrived = pdf(), url("row_evidence_arrived", table, ITEM)
    upload = uploads.begin(owner=table, name="大报告.pdf", size=len(content), by=people.preparer)
    uploads.append(upload=upload, offset=0, stream=BytesIO(content))
    assert "能耗监测报告" in text_of(preparer.post(arrived, {"key": str(upload.key), "page": "3", "title": "能耗监测报告"}))
    assert (row_of(table).evidence.get().page, row_of(table).evidence.get().document.title) == (3, "能耗监测报告")
    assert preparer.post(arrived, {"key": str(upload.key)}).status_code == 404


@pytest.mark.parametrize("do", ["describe", "replace"])
def test_who_may_not_fill_in_the_row_is_told_so_whatever_was_sent(client, people, table, do):
    link = added(table, people)
    client.force_login(people.authority)
    for data in ({}, {"page": "x", "valid_to": "x"}, {"upload": file()}):
        assert act(client, table, link, do=do, **data).status_code == 403
    assert client.post(url("row_evidence_arrived", table, ITEM), {"key": "x"}).status_code == 403


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
    assert (kept.document, list(library_for(Viewer(people.preparer), table))) == (link.document, [new])


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
    act(preparer, table, link, **data)
    link.refresh_from_db()
    assert (link.page, link.passage, link.document.valid_to) == (12, "表5-3", dt.date(2026, 12, 31))
    reading = f"{reverse('documents:reading', args=[link.document.key])}?page=12&amp;passage=%E8%A1%A85-3"
    assert reading in text_of(preparer.get(panel(table)))
    assert lacking(act(preparer, table, link, **data | {"valid_to": "2025-01-01"}), "有效期止不能早于有效期起")[1] == []


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refused_description_of_a_file_keeps_what_was_typed(preparer, people, table, headers):
    link = added(table, people)
    typed = {"page": "十二", "passage": "表9-9", "valid_from": "2026-01-01", "valid_to": "2027-03-31"}
    answer = act(preparer, table, link, headers, do="describe", **typed)
    field = f"file-{link.pk}-page"
    told = (f'<a href="#{field}">页码请写成12，或12–14</a>', f'id="{field}"', "<details open>")
    assert lacking(answer, *told, *(f'value="{one}"' for one in typed.values())) == (422, [])
    link.refresh_from_db()
    assert link.passage == ""


def test_a_refused_new_version_keeps_its_end_of_validity_and_names_the_file(preparer, people, table):
    link = added(table, people)
    answer = act(preparer, table, link, do="replace", valid_to="2027-03-31")
    assert lacking(answer, f'<a href="#file-{link.pk}-new-upload">新版文件：', 'value="2027-03-31"') == (422, [])
    assert not Evidence.objects.filter(replaces=link.document).exists()


def test_what_lacks_proof_is_listed(client, people, table):
    added(table, people, valid_to=dt.date(2026, 1, 31))
    added(table, people, OTHER)
    with clock.at(dt.datetime(2027, 1, 9, tzinfo=clock.SHANGHAI)):
        found = {one.item_id: one.text for one in unproven(table, clock.today())}
        client.force_login(people.preparer)
        assert "2026年1月31日" in text_of(client.get(url("table_files", table)))
        assert [line["expired"] for line in files_in(table, clock.today())] == [True, False]
    assert [found.get(name) for name in (ITEM, OTHER, "7.2.1")] == ["佐证材料已过有效期", None, "缺佐证材料"]


def test_a_bureau_adds_to_its_rows_and_picks_only_what_is_its_own(client, people, table):
    ours = added(table, people).document
    share = shares.give_out(table=table, items=[OTHER], by=people.preparer, organisation=people.bureau_body)
    client.force_login(people.bureau)
    address = url("share_evidence", share, OTHER)
    assert client.post(address, {"do": "upload", "upload-upload": file("水务局.pdf")}).status_code == 302
    assert {client.get(one).status_code for one in (url("share_evidence", share, ITEM), panel(table))} == {404}
    assert [one.title for one in library_for(Viewer(people.bureau), table)] == ["水务局"]
    assert client.post(address, {"do": "pick", "pick-document": [ours.pk]}).status_code == 422
    own = row_of(table, OTHER).evidence.get().document
    assert [evidence_by_key(Viewer(people.bureau), one.key) for one in (own, ours)] == [own, None]


def test_files_of_signed_or_submitted_rows_stay(people, table):
    share = shares.give_out(table=table, items=[OTHER], by=people.preparer, organisation=people.bureau_body)
    link = services.add_upload(row=row_of(table, OTHER), upload=file(), title="", page=None, by=people.bureau)
    table.rows.update(build_state="done")
    step(share, "sign", people.bureau)
    refuses(Closed, services.remove, link=link, by=people.preparer)
    refuses(Closed, services.replace, link=link, upload=file(), by=people.bureau)
    tables.lock_table(table=table)
    refuses(Closed, added, table, people)
    refuses(Refused, services.remove, link=link, by=people.outsider_preparer)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("12–14", ["12–14"]), ("第１２页至14页", ["12–14"]), ("12", ["12"]), ("12-12", ["12"]), ("", [""]),
        ("14–12", []), ("0", []), ("约12", []), ("12–", []),
    ],
)  # fmt: skip
def test_pages_are_taken_as_people_write_them(preparer, table, typed, shown):
    answer = sent(preparer, table, page=typed, passage="表3")
    assert [link.pages for link in RowEvidence.objects.all()] == shown
    assert (answer.status_code, "页码请写成12，或12–14" in text_of(answer)) == ((302, False) if shown else (422, True))


def test_one_file_is_put_under_many_clauses_at_once(preparer, table):
    sent(preparer, table, page="12–14", also=["7.2.1", "7.2.17"])
    places = RowEvidence.objects.values_list("row__item_id", "page", "page_end")
    assert sorted(places) == sorted((name, 12, 14) for name in (ITEM, "7.2.1", "7.2.17"))
    nothing = preparer.post(panel(table, "4.2.1"), {"do": "pick"})
    assert lacking(nothing, "请选择要加入的材料") == (422, [])
    assert not any(field.field.required for field in nothing.context["pick"])
    picked = {"do": "pick", "pick-also": ["7.2.1", "4.2.2"], "pick-document": [Evidence.objects.get().pk]}
    assert preparer.post(panel(table, "4.2.1"), picked).status_code == 302
    assert RowEvidence.objects.count() == 5


def test_the_library_shows_a_title_once_with_the_clauses_it_proves(preparer, table):
    for name in (ITEM, "7.2.1"):
        sent(preparer, table, name, title="年报")
    [line] = preparer.get(panel(table, "4.2.1")).context["library"]
    assert (line["document"].title, line["clauses"]) == ("年报", "、".join(sorted(("7.2.1", ITEM))))


def test_the_drawer_adds_a_file_and_brings_the_row_up_to_date(preparer, table):
    opened = text_of(preparer.get(panel(table), headers=HTMX))
    assert opened.lstrip().startswith('<section id="drawer-evidence"')
    assert '<h3 tabindex="-1" autofocus>' in opened
    count = f'<span id="ev-{ITEM.replace(".", "_")}" hx-swap-oob="innerHTML">1</span>'
    answer = sent(preparer, table, headers=HTMX, page="3")
    assert lacking(answer, f"{ITEM} 的佐证材料已加入", count, 'id="totals" hx-swap-oob', "autofocus") == (200, ["autofocus"])
    link = RowEvidence.objects.get()
    assert "请写成12" in text_of(act(preparer, table, link, HTMX, do="describe", page="x"))
    act(preparer, table, link)
    assert RowEvidence.objects.exists(), "nothing was asked for"
    assert "材料仍在材料库" in text_of(act(preparer, table, link, HTMX, do="remove"))
    assert (RowEvidence.objects.exists(), sent(preparer, table, headers=HTMX, page="x").status_code) == (False, 422)


def test_the_drawer_of_a_share_shows_no_other_clause(client, people, table):
    share = shares.give_out(table=table, items=[ITEM, "7.2.1"], by=people.preparer, organisation=people.bureau_body)
    client.force_login(people.preparer)
    sent(client, table, title="区年报", also=["7.2.17", "7.2.1"])
    client.force_login(people.bureau)
    address = url("share_evidence", share, ITEM)
    assert f'hx-get="{address}"' in text_of(client.get(url("share_row", share, ITEM), headers=HTMX))
    opened = text_of(client.get(address, headers=HTMX))
    assert "同时证明 7.2.1<" in opened.replace("\n", "").replace(" <", "<")
    assert "7.2.17" not in opened
    data = {"do": "upload", "upload-upload": file("监测.pdf"), "upload-confidentiality": "internal", "upload-page": "12–14"}
    answer = client.post(address, data, headers=HTMX)
    tag = f'<span id="tag-{ITEM.replace(".", "_")}" hx-swap-oob'
    assert lacking(answer, "第12–14页", tag, 'id="totals"', "7.2.17") == (200, ['id="totals"', "7.2.17"])
    assert client.get(url("share_evidence", share, "7.2.17"), headers=HTMX).status_code == 404
    link = RowEvidence.objects.get(document__title="监测")
    assert "材料仍在材料库" in text_of(client.post(f"{address}{link.pk}/remove/", {"do": "remove"}, headers=HTMX))
