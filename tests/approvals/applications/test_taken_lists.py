"""A list that the portal holds is taken as the material of its slot: the list of the day, with a code, in place of one of before."""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from approvals.applications.taken_lists import OF_CASES
from approvals.cases.checklist import SLOTS_BY_KIND, slot_of
from approvals.cases.models.cases import CaseDocument
from approvals.cases.selectors.materials import missing_papers
from approvals.cases.services import add_document
from districts.common.enums import HELD_LISTS
from districts.lists.held import LISTS
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, papers
from greendistrict.core.models import IssuedFile
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.registry import HandedOver
from greendistrict.documents.services import set_confidentiality
from portal.public.selectors import find, of_digest
from tests.factories.approvals import Filing, pdf
from tests.factories.districts import KeyProjectFactory, PlotFactory


@pytest.fixture
def filing(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    filing = Filing()
    filing.case.documents.all().delete()
    return filing


def press(client, filing, slot="plots", who="preparer"):
    client.force_login(getattr(filing.people, who))
    return client.post(reverse("approvals:case_file_list", args=[filing.case.pk, slot]))


def laid():
    return CaseDocument.objects.select_related("document").get()


def cells(document):
    with document.file.open() as file:
        sheet = openpyxl.load_workbook(BytesIO(file.read())).active
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_the_day_lies_in_its_slot_and_its_code_is_verified(client, filing, count):
    filing.case.district.plots.all().delete()
    for number in range(count):
        PlotFactory(district=filing.case.district, number=f"演-{number + 1}")
    page = reverse("approvals:case_files", args=[filing.case.pk])
    client.force_login(filing.people.preparer)
    assert "取平台的地块清单" in client.get(page).content.decode()
    assert press(client, filing)["Location"] == page
    row, code = laid(), papers.code_of(laid().document)
    head, _, names, *rows = cells(row.document)
    assert (code in head[0], "合同或决定书文号" in names, [line[1] for line in rows]) == (
        True,
        True,
        [f"演-{at + 1}" for at in range(count)],
    )
    found = find(code)
    assert ([file.sha256 for file in found.files], found.kind) == ([row.document.sha256], row.document.title)
    assert IssuedFile.objects.get(sha256=row.document.sha256).subject == papers.subject_of(row.document), "issued once, as itself"
    assert AuditRecord.objects.get(action="application.take_list").data["rows"] == count


@pytest.mark.django_db
@pytest.mark.parametrize(("slot", "words"), [("plots", "清单已放入，另须上传证明"), ("key-projects", "清单已放入，另须上传实施计划")])
def test_a_list_alone_completes_no_slot(client, filing, slot, words):
    press(client, filing, slot)
    page = reverse("approvals:case_files", args=[filing.case.pk])
    assert (slot in missing_papers(filing.case), words in client.get(page).content.decode()) == (True, True)
    add_document(case=filing.case, slot=slot, upload=pdf(), title="证明", by=filing.people.preparer)
    assert slot not in missing_papers(filing.case)
    assert "清单已放入" not in client.get(page).content.decode()


def test_every_list_that_is_taken_is_known_to_complete_no_slot():
    assert {held.title for held in LISTS.values()} == HELD_LISTS
    assert not HELD_LISTS & {slot.title for slots in SLOTS_BY_KIND.values() for slot in slots}, "the kind of what is uploaded to a slot"


@pytest.mark.django_db
def test_a_later_list_is_the_next_version_with_a_code_of_its_own_and_the_same_list_none(client, filing):
    press(client, filing)
    first, before = laid().document, find(papers.code_of(laid().document))
    press(client, filing)
    assert laid().document == first
    with clock.at(clock.now() + dt.timedelta(days=1)):
        PlotFactory(district=filing.case.district, number="演-新")
        press(client, filing)
    assert (laid().document.version, laid().document.replaces) == (2, first)
    old, new = find(papers.code_of(first)), find(papers.code_of(laid().document))
    assert (old.state, new.state) == (papers.PaperStanding.SUPERSEDED, papers.PaperStanding.VALID)
    assert (old.kind, old.on, old.files) == (before.kind, before.on, before.files), "it answers as what it is, not as the newer one"
    assert [[file.sha256 for file in paper.files] for paper in (old, new)] == [[first.sha256], [laid().document.sha256]]
    assert of_digest(first.sha256).paper.state == papers.PaperStanding.SUPERSEDED


@pytest.mark.django_db
def test_a_list_that_was_removed_from_the_case_is_not_said_to_be_valid(client, filing):
    press(client, filing)
    first = laid()
    remove = reverse("approvals:case_file_remove", args=[filing.case.pk, first.pk])
    assert "再用须重新取平台的清单" in client.post(remove).content.decode()
    client.post(remove, {"confirmed": "1"})
    press(client, filing)
    states = [find(papers.code_of(document)).state for document in (first.document, laid().document)]
    assert states == [papers.PaperStanding.REVOKED, papers.PaperStanding.VALID]


@pytest.mark.django_db
def test_a_later_list_is_no_less_confidential_and_a_locked_one_stays(client, filing, monkeypatch):
    press(client, filing)
    first = laid().document
    set_confidentiality(evidence=first, level=Confidentiality.CLASSIFIED, reason="含未公开的地价", by=filing.people.preparer)
    PlotFactory(district=filing.case.district, number="演-新")
    press(client, filing)
    later = laid().document
    assert (later.replaces, later.confidentiality) == (first, Confidentiality.CLASSIFIED)
    assert later.title not in str(find(papers.code_of(later))), "the title of a classified file is shown to nobody"
    PlotFactory(district=filing.case.district, number="演-再新")
    lock = HandedOver(lambda evidence: "已归档（演示）" if evidence == later else "", lambda *_: None)
    monkeypatch.setattr("greendistrict.documents.registry._volumes", [lock])
    answer = press(client, filing)
    assert (answer.status_code, "已归档（演示）" in answer.content.decode(), laid().document) == (409, True, later)


@pytest.mark.django_db
def test_a_taken_list_is_not_replaced_by_a_file_of_the_applicant(client, filing):
    press(client, filing)
    row = laid()
    address = reverse("approvals:case_file_version", args=[filing.case.pk, row.pk])
    page = reverse("approvals:case_files", args=[filing.case.pk])
    assert address not in client.get(page).content.decode()
    answer = client.post(address, {"upload": pdf()})
    assert (answer.status_code, "这份清单取自平台" in answer.content.decode(), laid().document) == (409, True, row.document)
    own = add_document(case=filing.case, slot="plots", upload=pdf(), title="证明", by=filing.people.preparer)
    assert reverse("approvals:case_file_version", args=[filing.case.pk, own.pk]) in client.get(page).content.decode()


@pytest.mark.django_db
def test_projects_too_and_nothing_from_an_empty_list(client, filing):
    filing.case.district.key_projects.all().delete()
    assert "平台上的近期重点项目清单没有内容" in press(client, filing, "key-projects").content.decode()
    assert not CaseDocument.objects.exists()
    KeyProjectFactory(district=filing.case.district, name="演示能源站（虚构）")
    assert press(client, filing, "key-projects").status_code == 302
    assert "演示能源站（虚构）" in cells(laid().document)[3]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slot", "who", "status"), [("plots", "reviewer", 403), ("diagnosis", "preparer", 409), ("works", "preparer", 409)]
)
def test_others_and_other_slots_get_none(client, filing, slot, who, status):
    assert press(client, filing, slot, who).status_code == status
    assert not CaseDocument.objects.exists()


def test_each_slot_that_asks_for_what_the_portal_lists_takes_it_from_there():
    words = {"plots": "地块", "key-projects": "重点项目", "works": "道路"}
    asking = {(kind, slot.key) for kind in OF_CASES for slot in SLOTS_BY_KIND[kind] if any(word in slot.title for word in words.values())}
    assert asking == {(kind, key) for kind in OF_CASES for key in LISTS if slot_of(kind, key)}
