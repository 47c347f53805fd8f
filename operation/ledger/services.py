"""Write the ledger: entries with files, copying last year's entries, confirming them.

Also here: What is asked about the figures of a ledger entry before it is kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction

from districts.file.models.district import District
from districts.file.services import assign, hold_constraints, locked
from districts.plausibility.comparisons import (
    Figure,
    PlausibilityFinding,
    PlausibilityLimits,
    Scale,
    against_earlier,
    jump,
    limits_of,
    repeated,
    words,
)
from districts.plausibility.services import ask
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.selectors import evidence_of
from greendistrict.documents.services import remove, store
from greendistrict.policy import parameters
from operation.entries.models import LedgerEntry
from operation.entries.rules import may_keep
from operation.entries.sections import SECTIONS, LedgerSection
from operation.ledger.selectors import is_year

COMMON = {field.name for field in LedgerEntry._meta.get_fields()}
PARTS = {"saving": "consumed"}  # a part and the whole it belongs to
BESIDE = {"attended": ("invited", "计划人数"), "used": ("budget", "预算")}  # figures of one size


def figures_of(entry: LedgerEntry) -> dict[str, Figure]:
    """Numbers of an entry by field; the unit is the field's help text."""
    figures = {}
    for field in entry._meta.concrete_fields:
        number = getattr(entry, field.attname, None)
        if field.name not in COMMON and isinstance(field, models.DecimalField | models.PositiveIntegerField) and number is not None:
            unit = str(field.help_text) or ("人" if isinstance(field, models.PositiveIntegerField) else "")
            scale = Scale.SHARE if unit == "%" else Scale.AMOUNT
            figures[field.name] = Figure(str(field.verbose_name), unit, Decimal(number), scale)
    return figures


def asked_of_entry(
    figures: Mapping[str, Figure], before: Mapping[str, Figure], limits: PlausibilityLimits
) -> Iterator[PlausibilityFinding]:
    """Findings within the entry, and beside last year's entry of the same thing (``before``, empty without one)."""
    for part, whole in PARTS.items():
        if part in figures and whole in figures and figures[part].number > figures[whole].number:
            text = f"{figures[part].label}{words(figures[part])}大于{figures[whole].label}{words(figures[whole])}"
            yield PlausibilityFinding("numerator", text, part=part, value=words(figures[part]), limit=f"不大于{words(figures[whole])}")
    yield from against_earlier(figures, before, limits)
    yield from repeated(figures, before)
    for part, (other, name) in BESIDE.items():
        beside = part in figures and other in figures and part not in before
        if beside and (found := jump(part, figures[part], figures[other], limits, name)):
            yield found


KEEPER = "运营台账由申报主体的填报人、其授权的咨询单位或者实施主体登记"
PROOF = "运营台账证明"


def _hold(by: User, district: District, year: int) -> None:
    NotAllowed.unless(may_keep(posts_of(by), district), KEEPER)
    Refused.unless(is_year(year, clock.today()), "不能登记这一年度的台账")


@transaction.atomic
def save_entry(
    *,
    section: LedgerSection,
    district: District,
    year: int,
    values: Mapping[str, Any],
    by: User,
    row: LedgerEntry | None = None,
    version: int | None = None,
    uploads: "Sequence[UploadedFile[Any]]" = (),
    explanation: str = "",
) -> LedgerEntry:
    """Add or change an entry, with optional files; saving also confirms a copied entry.

    Raises ``NotAllowed``, ``Stale`` with the stored values, ``Refused`` with each reason at its field, also with questions about its
    figures that ``explanation`` does not answer.
    """
    _hold(by, district, year)
    stored = locked(row, version) if row is not None else section.model(district=district, year=year, entered_at=clock.now(), entered_by=by)
    before = copy(stored) if row is not None and stored.is_confirmed else None  # nobody has answered yet for what was copied
    changed = assign(stored, {**values, "is_confirmed": True})
    assign(stored, {"counts_since": stored.counted_from(clock.today())})
    hold_constraints(stored)
    limits = limits_of(parameters.load())
    asked = ask(stored, lambda now, _: asked_of_entry(figures_of(now), _last_year(section, now), limits), stored, before, explanation)
    if row is not None:
        stored.version += 1
    stored.save()
    asked.keep(stored, by)
    for upload in uploads:
        store(owner=stored, upload=upload, kind=PROOF, title=upload.name or PROOF, by=by)
    if changed or row is None:
        data = {"section": section.key, "year": year, "row": str(stored), "changed": changed}
        audit.record(action="operation.save_entry", by=by, obj=district, data=data)
    return stored


def _last_year(section: LedgerSection, entry: LedgerEntry) -> Mapping[str, Figure]:
    """Figures of last year's confirmed entry about the same thing; empty without one, or where several bear its name."""
    rows = section.model._default_manager.filter(district=entry.district_id, year=entry.year - 1, is_confirmed=True)
    same = [row for row in rows if str(row) == str(entry)]
    return figures_of(same[0]) if len(same) == 1 else {}


@transaction.atomic
def confirm_entry(*, section: LedgerSection, row: LedgerEntry, by: User) -> LedgerEntry:
    """Confirm that a copied entry holds in this year too. Raises ``NotAllowed``, ``Refused``."""
    _hold(by, row.district, row.year)
    stored = locked(row, None)
    stored.is_confirmed = True
    assign(stored, {"counts_since": stored.counted_from(clock.today())})
    stored.version += 1
    stored.save()
    data = {"section": section.key, "year": row.year, "row": str(stored)}
    audit.record(action="operation.confirm_entry", by=by, obj=row.district, data=data)
    return stored


@transaction.atomic
def confirm_entries(*, rows: Iterable[tuple[LedgerSection, LedgerEntry]], by: User) -> int:
    """Confirm several copied entries at once; returns how many were not confirmed yet. Raises ``NotAllowed``, ``Refused``."""
    left = [(section, row) for section, row in rows if not row.is_confirmed]
    for section, row in left:
        confirm_entry(section=section, row=row, by=by)
    return len(left)


@transaction.atomic
def drop_entry(*, section: LedgerSection, row: LedgerEntry, by: User) -> None:
    """Delete an entry and its files. Raises ``NotAllowed``."""
    _hold(by, row.district, row.year)
    stored = locked(row, None)
    files = list(evidence_of(stored))
    data = {"section": section.key, "year": row.year, "row": str(stored), "files": [one.sha256 for one in files]}
    audit.record(action="operation.drop_entry", by=by, obj=row.district, data=data)
    for file in files:
        remove(file)
    stored.delete()


@transaction.atomic
def take_over(*, district: District, year: int, by: User) -> int:
    """Copy last year's entries into empty sections, as unconfirmed; returns their number. A repetition copies nothing.

    Raises ``NotAllowed``, ``Refused`` if there is nothing to copy.
    """
    _hold(by, district, year)
    District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
    made = [entry for section in SECTIONS if section.carried for entry in _copied(section, district, year, by)]
    Refused.unless(made, "上年没有可以带入的条目")
    audit.record(action="operation.take_over", by=by, obj=district, data={"year": year, "entries": len(made)})
    return len(made)


def _copied(section: LedgerSection, district: District, year: int, by: User) -> list[LedgerEntry]:
    rows = section.model._default_manager.filter(district=district)
    if rows.filter(year=year).exists():
        return []
    about = {"district": district, "year": year, "is_confirmed": False, "entered_at": clock.now(), "entered_by": by}
    return [
        section.model._default_manager.create(**about, **{name: getattr(row, name) for name in section.carried})
        for row in rows.filter(year=year - 1, is_confirmed=True).order_by("pk")
    ]
