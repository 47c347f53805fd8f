"""What is asked about the figures of a ledger entry before it is kept."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.db import models

from districts.plausibility.comparisons import against_earlier, jump, repeated
from districts.plausibility.figures import Figure, Scale, words
from districts.plausibility.findings import PlausibilityFinding, PlausibilityLimits
from operation.common.models import LedgerEntry

COMMON = {field.name for field in LedgerEntry._meta.get_fields()}
PARTS = {"saving": "consumed"}  # a part and the whole it belongs to
BESIDE = {"attended": ("invited", "计划人数"), "used": ("budget", "预算")}  # figures of one size


def figures_of(entry: LedgerEntry) -> dict[str, Figure]:
    """Numbers of an entry by field; the unit is the field's help text."""
    found = {}
    for field in entry._meta.concrete_fields:
        number = getattr(entry, field.attname, None)
        if field.name not in COMMON and isinstance(field, models.DecimalField | models.PositiveIntegerField) and number is not None:
            unit = str(field.help_text) or ("人" if isinstance(field, models.PositiveIntegerField) else "")
            scale = Scale.SHARE if unit == "%" else Scale.AMOUNT
            found[field.name] = Figure(str(field.verbose_name), unit, Decimal(number), scale)
    return found


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
