"""Where a file proves a clause is said alike on every page and paper: run of pages and table."""

import pytest
from django.template import Context, Template
from django.urls import reverse

from approvals.cases.models.cases import Case
from assessments.reviews.selectors.screen import file_pane_of
from assessments.reviews.services.opening import ReviewSubject, open_review
from assessments.tables.models import RowEvidence
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.documents.citations import Citation
from greendistrict.documents.services import store_bytes
from reports.annual import figures, tables
from reports.matters.application_forms import score_blocks
from tests.factories.received import received_self_check
from tests.files import pdf

pytestmark = pytest.mark.django_db
ITEM = "7.2.7"
PLACE = {"page": 12, "page_end": 14, "passage": "表3"}
WORDS = "第12–14页，表3"


def cite(check):
    file = store_bytes(owner=check.table, content=pdf(), name="监测.pdf", content_type="application/pdf", kind="clause", title="监测报告")
    RowEvidence.objects.create(row=check.table.rows.get(item_id=ITEM), document=file, **PLACE)


def test_pages_and_papers_name_the_whole_place(preparer, people):
    check = received_self_check(people, change=cite)
    table, link = check.table, RowEvidence.objects.select_related("document").get()
    version = table.versions.get(counts=True)
    row = {"pk": table.pk, "item_id": ITEM}
    frozen = {"pk": table.pk, "number": version.number}
    pages = {"row_evidence": row, "table_files": {"pk": table.pk}, "score_row": row, "table_version": frozen, "table_receipt": frozen}
    for name, asked in pages.items():
        answer = preparer.get(reverse(f"assessments:{name}", kwargs=asked), headers={"HX-Request": "true"} if name == "score_row" else {})
        assert WORDS in answer.content.decode(), name
    viewer = preparer.get(reverse("documents:reading", args=[link.document.key], query=PLACE)).content.decode()
    assert f'</b><span class="gd-muted">{WORDS}</span>' in viewer
    assert 'data-page="12" data-page-end="14" data-passage="表3"' in viewer
    assert "引用第12–14页" in viewer
    _, wide = score_blocks(Viewer(people.preparer), Case(table=table))
    assert f"监测报告{WORDS}" in str(wide.blocks[0].rows)
    review = open_review(table=table, subject=ReviewSubject("方案", "SB-1", "application", [], []), by=people.secretariat)
    shown = file_pane_of(Viewer(people.secretariat), review, ITEM, "").current
    assert Citation.of(shown).words == WORDS
    assert shown.href == reverse("documents:reading", args=[link.document.key], query=PLACE)
    annual = tables.evidence(figures.report_figures(check, clock.today()).scores)
    assert [annual.rows[0][position] for position in (0, 1, 3)] == [ITEM, "监测报告", WORDS]


def test_a_place_in_words():
    long, alone = {"page": 12, "page_end": 14, "passage": "字" * 50}, {"page": None, "passage": "表3"}
    said = [({"page": 12}, "第12页"), (alone, "表3"), (long, f"第12–14页，{'字' * 39}…"), ({"page": None}, ""), (PLACE, WORDS)]
    for place, words in said:
        assert Citation.of(place).words == words
        assert Template("{% load confidentiality %}{{ place|cited }}").render(Context({"place": place})) == words
