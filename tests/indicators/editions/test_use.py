"""The text of an official standard is copyrighted: who may take it out whole, and what every file that holds clauses says."""

import io

import openpyxl
import pytest
from django.urls import reverse

from assessments.reviews.models import PanelMember
from assessments.reviews.services.score_sheet import ExpertSheet
from assessments.score_page.selectors.table_rows import live_sheet
from assessments.workbook.score_table import ScoreBook
from districts.indicator_systems.selectors import lines_of
from districts.indicator_systems.workbook import indicator_book
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from indicators.catalogue import parse
from indicators.editions.models import Edition
from indicators.editions.services import import_document
from indicators.editions.workbook.encode import GUIDE
from indicators.entry.sheets import chapter_workbook
from tests.factories.assessments import make_self_check
from tests.factories.indicator_systems import begun_system
from tests.factories.reviews import Scene
from tests.indicators.editions.editions import chapter, dump, edition, item

pytestmark = pytest.mark.django_db
NOTE = "含标准条文，条文有著作权，仅供本项工作使用，不得公开或者对外提供"
SEATS = ("preparer", "reviewer", "consultant", "authority", "secretariat", "city_officer", "city_director")
KEEPERS = ("city_officer", "city_director")


def standard(*, official):
    head = {**edition([])["edition"], "code": "O-1" if official else "R-1", "official": official}
    lines = [item("1", 100, {"kind": "claimed"}), item("0", None, {"kind": "pass"})]
    written = dump(edition([chapter("one", "1", lines)], edition=head)).replace("'2024-07-01'", "2024-07-01")
    return import_document(parsed=parse(written)).edition


def guide_of(content):
    sheet = openpyxl.load_workbook(io.BytesIO(content))[GUIDE]
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value]


@pytest.mark.parametrize("seat", SEATS)
@pytest.mark.parametrize("official", [True, False], ids=["official", "reference"])
def test_the_whole_text_of_an_official_standard_is_taken_out_by_its_keepers_alone(people, sign_in, seat, official):
    stored, client = standard(official=official), sign_in(getattr(people, seat))
    allowed = not official or seat in KEEPERS
    page = client.get(reverse("indicators:edition_detail", args=[stored.pk])).content.decode()
    assert "条文1" in page, "everybody who works with the portal reads the clauses"
    assert (NOTE in page) is official
    for kind in ("yaml", "workbook"):
        address = reverse(f"indicators:edition_{kind}", args=[stored.pk])
        answer = client.get(address)
        assert (address in page, answer.status_code) == (allowed, 200 if allowed else 403)
        if not allowed:
            assert "标准条文有著作权，全文由市级经办、审定导出" in answer.content.decode()
        read = AuditRecord.objects.filter(action="access.read", subject_label__contains=address)
        assert read.exists() is allowed


@pytest.mark.parametrize("official", [True, False], ids=["official", "reference"])
def test_both_files_say_how_the_text_may_be_used_and_come_back_as_the_same(people, sign_in, official):
    stored, client = standard(official=official), sign_in(people.city_officer)
    written = client.get(reverse("indicators:edition_yaml", args=[stored.pk])).content.decode()
    assert written.startswith(f"# {NOTE}\n") is official
    assert (parse(written).digest, NOTE in written) == (stored.digest, official)
    content = client.get(reverse("indicators:edition_workbook", args=[stored.pk])).content
    assert (NOTE in guide_of(content)) is official
    assert (NOTE in guide_of(chapter_workbook(stored.document, 0))) is official


@pytest.mark.parametrize("official", [True, False], ids=["official", "reference"])
def test_workbooks_to_fill_in_say_it_where_they_hold_an_official_standard(people, official):
    table, system, scene = make_self_check(people).table, begun_system(people), Scene(people=people).to_scoring()
    Edition.objects.update(official=official)
    for held in (table, system):
        held.edition.refresh_from_db()
    scores = ScoreBook(live_sheet(table), clock.now()).title.more
    sheet = openpyxl.load_workbook(io.BytesIO(indicator_book(system, lines_of(system)))).worksheets[0]
    targets = "".join(str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row)
    member = PanelMember.objects.get(pk=scene.members[0].pk)
    assert [NOTE in words for words in (scores, targets, ExpertSheet(member).title.more)] == [official] * 3
