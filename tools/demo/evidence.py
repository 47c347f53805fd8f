"""Evidence files of fictional score tables: volumes by chapter, with one page per clause."""

from collections.abc import Sequence
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from assessments.evidence import services as row_evidence
from assessments.tables.models import RowEvidence, ScoreRow
from greendistrict.accounts.models import User
from greendistrict.documents.models import Evidence
from greendistrict.documents.office.inspection import KINDS
from indicators.editions.selectors import edition_named, rules_for
from indicators.scoring.prepare import Item

EDITION = "GD-REF-2024"
WITHOUT = 13  # every WITHOUT-th clause still lacks its file


@cache
def volumes() -> dict[str, tuple[str, int]]:
    """(title of the volume, page) by clause. Clauses that may not claim the same achievement are in different volumes."""
    return {item.id: (title, page) for title, items in bound().items() for page, item in enumerate(items, 1)}


@cache
def bound() -> dict[str, tuple[Item, ...]]:
    """Clauses of each volume by its title, in order."""
    placed: dict[str, str] = {}
    found: dict[str, list[Item]] = {}
    for item in rules_for(edition_named(EDITION)).items.values():
        taken = {placed.get(other) for other in item.data.get("shared_with") or ()}
        first = f"第{item.id.split('.')[0]}章自评证明材料"
        title = next(name for name in (first, f"{first}（二）", f"{first}（三）") if name not in taken)
        placed[item.id] = title
        found.setdefault(title, []).append(item)
    return {title: tuple(items) for title, items in found.items()}


@cache
def content(title: str) -> bytes:
    """PDF of a volume with number, title, requirement and usual evidence of each clause on its page, marked 演示数据."""
    from reports.common import render  # noqa: PLC0415 -- heavy; used by the demo command only

    return render.from_html(render_to_string("pdf/demo_volume.html", {"title": title, "items": bound()[title]}), sheets=["report.css"])


def give_files(rows: Sequence[ScoreRow], by: User) -> None:
    """Cite a page of its volume for each row without evidence; volumes of an earlier table of the district are reused."""
    kept: dict[str, Evidence] = {}
    proven = set(RowEvidence.objects.filter(row__in=rows).values_list("row_id", flat=True))
    for at, row in enumerate(rows):
        if row.item_id not in volumes() or row.pk in proven or at % WITHOUT == WITHOUT - 1:
            continue
        title, page = volumes()[row.item_id]
        known = kept.get(title) or _of_district(row, title)
        if known is None:
            upload = SimpleUploadedFile(f"{title}（演示）.pdf", content(title), content_type=KINDS["pdf"].content_type)
            kept[title] = row_evidence.add_upload(row=row, upload=upload, title=title, page=page, by=by).document
        else:
            kept[title] = row_evidence.add_existing(row=row, document=known, page=page, by=by).document


def _of_district(row: ScoreRow, title: str) -> Evidence | None:
    """The same volume of an earlier table of the district and stage."""
    rows = {"row__table__district": row.table.district_id, "row__table__stage": row.table.stage}
    known = RowEvidence.objects.filter(**rows, document__title=title).select_related("document").first()
    return known.document if known else None
