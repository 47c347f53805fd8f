"""Evidence of a score table: by clause, validity, clauses still without evidence."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from assessments.findings.selectors.blocking import findings
from assessments.findings.selectors.check import RowFinding
from assessments.score_page.selectors.table_drawer import library_of
from assessments.sharing.selectors import shared_evidence_visible_to
from assessments.tables.models import RowEvidence, ScoreTable
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import readable

NO_PROOF = frozenset({"evidence", "evidence_required", "expired"})


@dataclass
class FileLine:
    """One file of the table with the clauses that it proves: (clause, page)."""

    document: Evidence
    expired: bool
    clauses: list[tuple[str, int | None]] = field(default_factory=list)


def files_in(table: ScoreTable) -> list[FileLine]:
    """Every file of the table once, in the order of the clauses."""
    today = clock.today()
    found: dict[int, FileLine] = {}
    for link in RowEvidence.objects.filter(row__table=table).select_related("document", "row").order_by("row__order", "pk"):
        document = link.document
        over = document.valid_to is not None and document.valid_to < today
        line = found.setdefault(document.pk, FileLine(document, over))
        line.clauses.append((link.row.item_id, link.page))
    return list(found.values())


def unproven(table: ScoreTable) -> list[RowFinding]:
    """Clauses whose evidence is missing or has run out."""
    return [one for one in findings(table) if one.rule in NO_PROOF]


def library_for(user: User, table: ScoreTable) -> QuerySet[Evidence]:
    """Files the person may pick: the whole library for those who fill in the district, its own files and those of its rows for a bureau."""
    library = readable(user, library_of(table))
    if may_edit_district(user, table.district):
        return library
    return library.filter(Q(uploaded_by=user) | Q(pk__in=shared_evidence_visible_to(user).values("document")))


def also_proves(links: list[RowEvidence], table: ScoreTable) -> dict[int, list[str]]:
    """Other clauses of the table under each file, by primary key of the document."""
    documents = {link.document_id for link in links}
    rows = {link.row_id for link in links}
    found: dict[int, list[str]] = {}
    others = RowEvidence.objects.filter(row__table=table, document__in=documents).exclude(row__in=rows).order_by("row__order")
    for document, item_id in others.values_list("document_id", "row__item_id"):
        found.setdefault(document, []).append(item_id)
    return found
