"""The newest baseline of a kind."""

from typing import Any

from districts.file.models.district import District


def baseline_of(district: District, kind: str) -> Any:
    """Newest baseline of a kind, or None."""
    return district.baselines.filter(kind=kind).order_by("-number").first()
