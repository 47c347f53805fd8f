"""Read the evidence of a score table: files by clause, validity, clauses without evidence."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q, QuerySet

from assessments.findings.selectors.check import RowFinding
from assessments.findings.selectors.plausibility import findings
from assessments.score_page.selectors.table_drawer import library_of
from assessments.sharing.models import RowShare
from assessments.sharing.selectors import shared_evidence_visible_to
from assessments.tables.models import RowEvidence, ScoreRow, ScoreTable
from districts.file.rules import may_edit_district
from greendistrict.accounts.viewer import Viewer
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import readable
from indicators.editions.selectors import rules_for

NO_PROOF = frozenset({"evidence", "evidence_required", "expired"})


def files_in(table: ScoreTable, today: dt.date) -> list[dict[str, Any]]:
    """Every file of the table once, in clause order, with the clauses it proves as pairs (clause, cited place in words)."""
    lines: dict[int, dict[str, Any]] = {}
    for link in RowEvidence.objects.filter(row__table=table).select_related("document", "row").order_by("row__order", "pk"):
        document = link.document
        over = document.valid_to is not None and document.valid_to < today
        line = lines.setdefault(document.pk, {"document": document, "expired": over, "clauses": []})
        line["clauses"].append((link.row.item_id, link.printed_citation.words))
    return list(lines.values())


def unproven(table: ScoreTable, today: dt.date) -> list[RowFinding]:
    """Findings for clauses whose evidence is missing or expired."""
    return [one for one in findings(table, today) if one.rule in NO_PROOF]


def library_for(viewer: Viewer, table: ScoreTable) -> QuerySet[Evidence]:
    """Files the user may pick: the whole library for those who fill in the district; for a bureau its own files and those of its rows."""
    library = readable(viewer, library_of(table))
    # Of the files that tables of several years hold under the same title only the newest.
    newest = library.order_by("title", "kind", "-uploaded_at", "-pk").distinct("title", "kind").values("pk")
    library = library.filter(pk__in=newest)
    if may_edit_district(viewer.held, table.district):
        return library
    return library.filter(Q(uploaded_by=viewer.person) | Q(pk__in=shared_evidence_visible_to(viewer).values("document")))


def library_lines(
    library: QuerySet[Evidence], table: ScoreTable, chosen: Collection[str], share: RowShare | None = None
) -> list[dict[str, Any]]:
    """Lines of the library page, in two queries: files that may be picked, with the clauses that each proves in this table and last year.

    Files of other years are matched by title. With a ``share``, only its clauses show.
    """
    documents = list(library)
    links = RowEvidence.objects.filter(row__table__in=[table.pk, table.previous_id], document__title__in={one.title for one in documents})
    links = _within(links, share)
    found: dict[tuple[str, int], list[str]] = {}
    for title, place, item_id in links.order_by("row__order").values_list("document__title", "row__table", "row__item_id"):
        found.setdefault((title, place), []).append(item_id)

    def said(title: str, place: int | None) -> str:
        return "、".join(dict.fromkeys(found.get((title, place or 0), ())))

    return [
        {
            "document": document,
            "clauses": said(document.title, table.pk),
            "before": said(document.title, table.previous_id),
            "chosen": str(document.pk) in chosen,
        }
        for document in documents
    ]


def other_clauses(row: ScoreRow, share: RowShare | None = None) -> list[tuple[str, str]]:
    """Other clauses (number, words) that the row's files may prove, those without evidence first; limited to ``share`` if given."""
    table = row.table
    items = rules_for(table.edition).table(table.type, table.stage).items
    rows = ScoreRow.objects.filter(table=table).exclude(pk=row.pk).annotate(files=Count("evidence")).order_by("order")
    if share is not None:
        rows = rows.filter(shared__share=share)
    found = [(item_id, files) for item_id, files in rows.values_list("item_id", "files") if item_id in items]
    return [(item_id, f"{item_id} {items[item_id].title}") for item_id, _ in sorted(found, key=lambda one: bool(one[1]))]


def _within(links: QuerySet[RowEvidence], share: RowShare | None) -> QuerySet[RowEvidence]:
    """Limit the links to the clauses of the share, so that its assignee learns of no other clause."""
    return links if share is None else links.filter(row__item_id__in=share.rows.values("row__item_id"))


def also_proves(links: list[RowEvidence], table: ScoreTable, share: RowShare | None = None) -> dict[int, list[str]]:
    """Other clauses each file proves, by primary key of the document; limited to the ``share`` if given."""
    documents = {link.document_id for link in links}
    rows = {link.row_id for link in links}
    found: dict[int, list[str]] = {}
    others = RowEvidence.objects.filter(row__table=table, document__in=documents).exclude(row__in=rows)
    for document, item_id in _within(others, share).order_by("row__order").values_list("document_id", "row__item_id"):
        found.setdefault(document, []).append(item_id)
    return found
