"""A list that the portal holds is taken as evidence of a clause: the list of the day, with a code, not uploaded again."""

import datetime as dt
import uuid

import pytest

from assessments.evidence.services import take_list
from assessments.prefill.services import confirm_rows, prefill_table
from assessments.self_checks.models import SelfCheck
from assessments.sharing import services as shares
from assessments.tables.models import RowEvidence
from districts.lists.held import LISTS
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, papers
from greendistrict.core.errors import NotAllowed
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import set_confidentiality
from portal.public.selectors import find
from tests.assessments.browsing import HTMX, row_of, text_of, url
from tests.assessments.evidence.test_row_files import ITEM, OTHER, act, panel
from tests.factories.assessments import make_self_check, make_table
from tests.factories.districts import PlotFactory
from tests.factories.received import at, received_self_check
from tests.files import pdf
from tests.steps import step

pytestmark = pytest.mark.django_db
WORDS, THIRD = "取平台的清单", "7.2.17"


@pytest.fixture
def table(people):
    return make_self_check(people).table


def take(client, table, item_id=ITEM, key="plots", **kw):
    return client.post(panel(table, item_id), {"do": "take", "take-held": key}, **kw)


def links():
    return list(RowEvidence.objects.select_related("document", "row").order_by("pk"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_the_day_is_evidence_with_a_code_that_is_verified(preparer, table, count):
    table.district.plots.all().delete()
    for number in range(count):
        PlotFactory(district=table.district, number=f"演-{number + 1}")
    assert WORDS in text_of(preparer.get(panel(table)))
    assert take(preparer, table).status_code == 302
    [link] = links()
    found = find(papers.code_of(link.document))
    assert (link.document.kind, found.kind, found.state) == ("地块清单", link.document.title, papers.PaperStanding.VALID)
    assert [file.sha256 for file in found.files] == [link.document.sha256]
    assert AuditRecord.objects.get(action="row_evidence.take_list").data["rows"] == count


def test_the_same_list_is_one_file_and_a_later_one_takes_its_place_under_all_clauses(preparer, people, table):
    PlotFactory(district=table.district, number="演-1")
    for item_id in (ITEM, OTHER, ITEM):
        take(preparer, table, item_id)
    first = {link.document for link in links()}
    assert ([link.row.item_id for link in links()], len(first)) == ([ITEM, OTHER], 1)
    with clock.at(clock.now() + dt.timedelta(days=1)):
        PlotFactory(district=table.district, number="演-2")
        take_list(row=row_of(table), key="plots", by=people.preparer)
    later = {link.document for link in links()}
    assert [(document.version, document.replaces) for document in later] == [(2, *first)]
    states = [find(papers.code_of(document)).state for document in (*first, *later)]
    assert states == [papers.PaperStanding.SUPERSEDED, papers.PaperStanding.VALID]


def test_a_list_takes_the_place_of_last_years_that_came_with_the_values(preparer, people):
    rows = (ITEM, OTHER, THIRD)

    def prove(check):
        PlotFactory(district=check.district, number="演-1")
        for item_id in rows:
            take_list(row=row_of(check.table, item_id), key="plots", by=people.preparer)

    last = received_self_check(people, year=2026, change=prove)
    [old] = {link.document for link in links()}
    with clock.at(at(2027, 5, 6)):
        table = make_table(last.district, year=2027, previous=last.table)
        prefill_table(table)
        SelfCheck.objects.create(district=last.district, year=2027, table=table, opened_at=clock.now())
        share = shares.give_out(table=table, items=[THIRD], by=people.preparer, organisation=people.bureau_body)
        confirm_rows([row_of(table, THIRD).pk], people.bureau)
        step(share, "sign", people.bureau)
        case_list = Evidence.objects.get(pk=old.pk)
        case_list.pk, case_list.key, case_list.owner = None, uuid.uuid4(), "approvals.case:1"
        case_list.save()
        RowEvidence.objects.create(row=row_of(table), document=case_list)
        PlotFactory(district=last.district, number="演-2")
        set_confidentiality(evidence=old, level=Confidentiality.CLASSIFIED, reason="含未公开的地价", by=people.city_officer)
        with pytest.raises(NotAllowed, match="密级材料只由归属单位"):
            take_list(row=row_of(table), key="plots", by=people.consultant)
        assert take(preparer, table).status_code == 302
    gone = AuditRecord.objects.filter(action="row_evidence.take_list").last().data["instead"]
    assert [(line["item"], line["sha256"]) for line in gone] == [(ITEM, old.sha256), (ITEM, old.sha256), (OTHER, old.sha256)]
    found = {item_id: {link.document for link in links() if link.row == row_of(table, item_id)} for item_id in rows}
    [new] = found[ITEM]
    assert (found[OTHER], found[THIRD], new.replaces, new.confidentiality) == ({new}, {old}, None, Confidentiality.CLASSIFIED)
    assert {link.document for link in links() if link.row.table_id == last.table_id} == {old}
    assert [find(papers.code_of(document)).state for document in (old, new)] == [papers.PaperStanding.VALID] * 2


def test_a_list_taken_off_every_clause_is_revoked_and_no_file_takes_its_place(preparer, table):
    PlotFactory(district=table.district, number="演-1")
    take(preparer, table)
    [link] = links()
    shown = text_of(preparer.get(panel(table)))
    assert ("换为新版" in shown, "新版</summary>" in shown) == (False, False)
    answer = act(preparer, table, link.pk, do="replace", upload=pdf())
    assert (answer.status_code, links()[0].document) == (422, link.document)
    act(preparer, table, link.pk, do="remove")
    assert find(papers.code_of(link.document)).state == papers.PaperStanding.REVOKED


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_empty_list_is_refused_with_the_way_to_it_and_so_is_no_list(preparer, table, headers):
    table.district.works.all().delete()
    page = take(preparer, table, key="works", headers=headers)
    assert (page.status_code, "平台上的市政设施清单没有内容" in page.content.decode()) == (422, True)
    assert take(preparer, table, key="nothing", headers=headers).status_code == 422
    assert not RowEvidence.objects.exists()


def test_the_drawer_takes_a_list_too(preparer, table):
    PlotFactory(district=table.district, number="演-1")
    page = text_of(take(preparer, table, headers=HTMX))
    assert (f"{ITEM} 的佐证材料已加入" in page, len(links())) == (True, 1)


def test_a_share_offers_no_list_of_the_district_and_others_take_none(client, people, table):
    PlotFactory(district=table.district, number="演-1")
    share = shares.give_out(table=table, items=[ITEM], by=people.preparer, organisation=people.bureau_body)
    client.force_login(people.bureau)
    page = url("share_evidence", share, ITEM)
    assert WORDS not in text_of(client.get(page))
    assert client.post(page, {"do": "take", "take-held": "plots"}).status_code == 422
    client.force_login(people.reviewer)
    assert take(client, table).status_code in {403, 404}
    assert not RowEvidence.objects.exists()


def test_each_list_of_the_portal_is_offered(preparer, table):
    page = preparer.get(panel(table)).content.decode()
    assert [held.title in page for held in LISTS.values()] == [True] * len(LISTS)
