"""Columns of an edition of a standard, declared once."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, FlagColumn, TextColumn
from indicators.common.enums import EditionStatus
from indicators.editions.models import Edition

EDITION = Columns.of(
    Edition, "code", "title", "official", "in_force", "replaces", "status", "complete", "digest",
    code=TextColumn(example="GD-REF-2024"),
    title=TextColumn(example="参考版"),
    official=FlagColumn(example=False),
    status=ChoiceColumn(example=EditionStatus.PUBLISHED),
    digest=TextColumn(example="0" * 64),
)  # fmt: skip
