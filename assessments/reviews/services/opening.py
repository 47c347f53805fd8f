"""Open a review, with papers and claims frozen as submitted; stop it when its case was withdrawn."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from assessments.reviews.enums import ENDED_STATES
from assessments.reviews.lifecycle.review import REVIEW
from assessments.reviews.models import Review
from assessments.tables.models import WITH_VERSION, RowEvidence, ScoreTable
from assessments.tables.selectors.scoring import RowData, inputs_of, rows_of, score_rows
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.workflow.procedure import hold, take
from indicators.scoring.engine import ItemResult
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item


@dataclass(frozen=True)
class ReviewSubject:
    """Frozen papers, supplied by the app that owns the matter.

    ``parties``: mappings with role (words), organisation_id, name, group; ``documents``: mappings with title and key.
    """

    title: str
    number: str
    kind: str
    parties: list[dict[str, Any]]
    documents: list[dict[str, str]]
    star_asked: int | None = None


def open_review(*, table: ScoreTable, subject: ReviewSubject, by: User | None) -> Review:
    """Open a review of a submitted table. Raises ``Refused`` if it is not submitted or is already under review."""
    with transaction.atomic():
        locked = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district", "edition").get(pk=table.pk)
        Refused.when(locked.status not in WITH_VERSION, "评分表提交后才能送专家评审")
        Refused.when(locked.reviews.exclude(status__in=ENDED_STATES).exists(), "这份评分表已在评审")
        review = Review.objects.create(table=locked, subject=asdict(subject), claims=_claims(locked), opened_at=clock.now())
        audit.record(action="review.open", by=by, obj=review, data={"number": subject.number})
    return review


def _claims(table: ScoreTable) -> dict[str, dict[str, Any]]:
    rows = rows_of(table.pk)[table.pk]
    scored = score_rows(table, rows.values())
    if scored.result is None:
        raise Refused(scored.refusal)
    excluded = inputs_of(table, scored.table.items, rows.values()).exclusions
    files: dict[str, list[dict[str, Any]]] = defaultdict(list)
    entries = RowEvidence.objects.filter(row__table=table).order_by("pk")
    for link in entries.select_related("row", "document"):
        file = link.document
        place = {"page": link.page, "page_end": link.page_end, "passage": link.printed_passage}
        entry = {"title": file.printed_title, "key": str(file.key), "type": file.content_type} | place
        files[link.row.item_id].append(entry)
    noted = _findings(table)
    return {
        result.id: {
            **_claim(scored.table.items[result.id], result, rows.get(result.id), excluded.get(result.id, ""), files.get(result.id, [])),
            "findings": noted.get(result.id, []),
        }
        for result in scored.result.items
    }


def _findings(table: ScoreTable) -> dict[str, list[dict[str, str]]]:
    """Findings of the check by item, as the newest submission froze them with the district's explanations."""
    rows = table.versions.order_by("-number").values_list("content__rows", flat=True).first() or []
    return {row["item_id"]: row.get("findings", []) for row in rows}


def _claim(item: Item, result: ItemResult, row: RowData | None, excluded: str, files: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "control": item.is_control,
        "most": plain(item.points),
        "points": None if result.points is None or result.excluded else plain(result.points),
        "holds": result.holds,
        "excluded": result.excluded,
        "value": row.value if row else None,
        "exclusion_reason": excluded,
        "absent_reason": row.absent_reason if row else "",
        "explanation": row.explanation if row else "",
        "evidence": files,
    }


def stop(*, review: Review, reason: str) -> Review:
    """Stop an open review with a reason; a review already concluded or stopped stays unchanged."""
    with transaction.atomic():
        locked: Review = hold(review)
        if REVIEW.find("stop", locked.status) is not None:
            take(obj=locked, action="stop", by=None, version=None, reason=reason)
    return locked
