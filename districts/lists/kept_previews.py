"""Previews of imports of lists as they are stored until somebody confirms them."""

from dataclasses import asdict
from typing import Any

from districts.file.models.district import QueuedImport
from greendistrict.documents.workbooks.asked_texts import NO_CHOICES, Choices, choices_of
from greendistrict.documents.workbooks.book import Returned
from greendistrict.documents.workbooks.grids import CellLine
from greendistrict.documents.workbooks.preview import ImportedRow, Preview

LINES = ("changed", "noted", "refused", "aside")


def as_kept(seen: Preview) -> dict[str, Any]:
    """A preview as JSON."""
    lines = {name: [asdict(line) for line in getattr(seen, name)] for name in LINES}
    told = {"added": seen.added, "unchanged": seen.unchanged, "problems": seen.problems, "absent": seen.absent, "told": seen.told}
    told |= {"hidden": seen.hidden, "formulas": seen.formulas}
    return {**told, **lines, **seen.work(), **seen.back()}


def kept_choices(asked: QueuedImport) -> Choices:
    """What may be chosen in the preview of an import that has been read; nothing in one that was read before there were choices."""
    kept = asked.preview.get("choices")
    return choices_of(kept) if kept else NO_CHOICES


def kept_preview(asked: QueuedImport) -> Preview:
    """The preview of an import that has been read."""
    kept = asked.preview
    changed, noted, refused, aside = ([CellLine(**line) for line in kept.get(name, ())] for name in LINES)
    return Preview(
        added=kept["added"],
        changed=changed,
        noted=noted,
        refused=refused,
        aside=aside,
        told=kept.get("told", []),
        hidden=kept.get("hidden", []),
        formulas=kept.get("formulas", 0),
        unchanged=kept["unchanged"],
        problems=kept["problems"],
        absent=tuple(kept.get("absent", ())),  # stored since columns may be absent
        works=[ImportedRow(**work) for work in kept["works"]],
        returned=[Returned(cells, dict(why)) for cells, why in kept["rows"]],
    )
