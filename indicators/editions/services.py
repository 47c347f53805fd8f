"""Write editions: import, publish those shipped with the portal, freeze. Nothing else writes these tables."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.locks import one_at_a_time
from greendistrict.workflow.procedure import take
from indicators.catalogue import EditionVerdict, Parsed, parse
from indicators.editions.lifecycle import may_draft
from indicators.editions.models import Chapter, Clause, Edition, EditionDocument, EditionStatus

DATA = Path(__file__).resolve().parents[1] / "data"
# Shipped editions that districts may use at once; others wait for the city's decision or for their text.
PUBLISHED_AT_ONCE = ("GD-REF-2024",)
CHANGEABLE = (EditionStatus.DRAFT, EditionStatus.CHECKED, EditionStatus.PUBLISHED)
OPTIONAL_TEXT = ("exclude_when", "when_absent", "auto")
SAME_TEXT = ("kind", "group", "title", "requirement", "applies", "may_exclude", "shared_with")
SAME_DATA = ("value", "inputs", "rule", "evidence", "source_department", "method", "beauty", "basis")


@dataclass(frozen=True)
class ImportResult:
    """Result of an import; ``changed`` is False if the same text was stored already."""

    edition: Edition
    changed: bool


@transaction.atomic
def import_document(*, parsed: Parsed, by: User | None = None, replace: bool = True) -> ImportResult:
    """Store a checked file as an edition: wholly or not at all. ``by=None`` is the system.

    The same text again changes nothing. A changed text replaces an edition that is not in use and makes it a draft again,
    if ``replace`` says that this is meant.
    Raises ``Refused`` for an invalid file and for an edition that is frozen or superseded, ``NotAllowed`` for the wrong seat.
    """
    NotAllowed.when(by is not None and not may_draft(posts_of(by)), "评价标准由经办导入")
    if parsed.verdict is EditionVerdict.INVALID:
        msg = f"文件有{len(parsed.problems)}处错误，没有导入"
        raise Refused(msg)
    code = parsed.document["edition"]["code"]
    one_at_a_time(f"edition:{code}")
    existing = Edition.objects.select_for_update(no_key=True).filter(code=code).first()
    if existing is not None and existing.digest == parsed.digest:
        return ImportResult(existing, changed=False)
    if existing is not None and existing.status not in CHANGEABLE:
        msg = f"{code} 已在使用或已被代替（{existing.get_status_display()}），不能改动；修订应另立编号"
        raise Refused(msg)
    if existing is not None and not replace:
        msg = f"{code} 已有一份（{existing.get_status_display()}），内容不同；要替换请勾选“替换同编号的标准”"
        raise Refused([Refusal(msg, field="replace")])
    if existing is not None and existing.status != EditionStatus.DRAFT:
        take(obj=existing, action="revise", by=by, version=existing.version, reason="重新导入")
    edition = existing or Edition(code=code)
    _fill(edition, parsed)
    edition.version += 1
    edition.save()
    EditionDocument.objects.update_or_create(edition=edition, defaults={"document": parsed.document})
    _store_rows(edition, parsed.document)
    audit.record(action="edition.import", by=by, obj=edition, data={"digest": parsed.digest, "complete": edition.complete})
    return ImportResult(edition, changed=True)


def _fill(edition: Edition, parsed: Parsed) -> None:
    document, head = parsed.document, parsed.document["edition"]
    edition.title, edition.official, edition.based_on = head["title"], head["official"], head["based_on"]
    edition.in_force = dt.date.fromisoformat(head["in_force"]) if head["in_force"] else None
    edition.replaces, edition.sources = head["replaces"] or "", head["sources"]
    edition.types, edition.stages = document["types"], document["stages"]
    edition.levels, edition.total = document["levels"], document["total"]
    edition.complete = parsed.verdict is EditionVerdict.CLEAN
    edition.problems = [problem.as_json() for problem in parsed.problems]
    edition.digest = parsed.digest
    edition.imported_at = clock.now()


def _store_rows(edition: Edition, document: dict[str, Any]) -> None:
    """Write chapters and clauses; existing rows keep their ids."""
    entries = document["chapters"]
    edition.clauses.exclude(item_id__in=[item["id"] for chapter in entries for item in chapter["items"]]).delete()
    edition.chapters.exclude(key__in=[chapter["key"] for chapter in entries]).delete()
    Chapter.objects.bulk_create(
        [
            Chapter(
                edition=edition,
                key=chapter["key"],
                number=chapter["no"],
                title=chapter["title"],
                dimension=chapter["dimension"] or "",
                kind=chapter["kind"],
                full=_decimal(chapter["full"]),
                minimum=_decimal(chapter["min"]),
                weight=chapter["weight"],
                order=order,
            )
            for order, chapter in enumerate(entries)
        ],
        update_conflicts=True,
        unique_fields=["edition", "key"],
        update_fields=["number", "title", "dimension", "kind", "full", "minimum", "weight", "order"],
    )
    chapters = {chapter.key: chapter for chapter in edition.chapters.all()}
    pairs = [(chapters[chapter["key"]], item) for chapter in entries for item in chapter["items"]]
    clauses = [
        Clause(
            edition=edition,
            chapter=chapter,
            item_id=item["id"],
            order=order,
            points=_decimal(item["points"]),
            **{name: item[name] or "" for name in OPTIONAL_TEXT},
            **{name: item[name] for name in (*SAME_TEXT, *SAME_DATA)},
        )
        for order, (chapter, item) in enumerate(pairs)
    ]
    names = ["chapter", "order", "points", *OPTIONAL_TEXT, *SAME_TEXT, *SAME_DATA]
    Clause.objects.bulk_create(clauses, update_conflicts=True, unique_fields=["edition", "item_id"], update_fields=names)


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def load_shipped_editions(*, by: User | None = None) -> list[Edition]:
    """Import the editions that ship with the portal and publish the reference edition. Safe to repeat.

    An edition that is frozen meanwhile stays as it is, whatever ships.
    """
    return [_load(path, by) for path in sorted(DATA.glob("*.yaml"))]


@cache
def _shipped(path: Path) -> Parsed:
    """A file shipped with the portal, cached because it does not change while the portal runs."""
    return parse(path.read_bytes())


def _load(path: Path, by: User | None) -> Edition:
    parsed = _shipped(path)
    kept = Edition.objects.filter(code=parsed.document["edition"]["code"]).exclude(status__in=CHANGEABLE).first()
    if kept is not None:
        return kept
    edition = import_document(parsed=parsed, by=by).edition
    if edition.complete and edition.status == EditionStatus.DRAFT:
        take(obj=edition, action="check", by=by, version=edition.version)
    if edition.code in PUBLISHED_AT_ONCE and edition.status == EditionStatus.CHECKED:
        take(obj=edition, action="publish", by=by, version=edition.version)
    return edition


@transaction.atomic
def freeze(edition: Edition) -> None:
    """Lock an edition on which a submission is based. Idempotent; raises ``Refused`` for a draft."""
    status = Edition.objects.select_for_update(no_key=True).values_list("status", flat=True).get(pk=edition.pk)
    if status not in {EditionStatus.FROZEN, EditionStatus.SUPERSEDED}:
        take(obj=edition, action="freeze", by=None, version=None)
    else:
        edition.refresh_from_db(fields=["status"])
