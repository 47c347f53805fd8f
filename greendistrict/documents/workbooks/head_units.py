"""Units that stand in the heads of a sheet, or in a line below them, and those of the cells."""

import re
from collections.abc import Sequence

from greendistrict.core.number_parsing import plain
from greendistrict.core.unit_names import named_unit
from greendistrict.documents.workbooks.cells import finite, is_number
from greendistrict.documents.workbooks.grids import BookCell
from greendistrict.documents.workbooks.quantities import unit_behind, unit_shown


def unit_line(row: Sequence[BookCell], key: int) -> dict[int, str]:
    """Units by column if a line holds nothing but units, or some beside other words without figures and nothing below the ``key``."""
    texts = {at: str(cell.value).strip().strip("()（）[]【】") for at, cell in enumerate(row) if cell.value not in (None, "")}
    units = {at: text for at, text in texts.items() if named_unit(text).is_known}
    is_line = key not in texts and not any(re.search(r"\d", text) for at, text in texts.items() if at not in units)
    return units if units and (len(units) == len(texts) or is_line) else {}


def lower_unit(unit: str, below: str) -> str:
    """What is said of a head with a ``unit`` and another one ``below`` it, which counts; empty if these are no two."""
    if not unit or not below or named_unit(unit) == named_unit(below):
        return ""
    return f"表头的单位是{shown_unit(unit)}，下一行是{shown_unit(below)}，按下一行"


def with_unit(cell: BookCell, unit: str, stated: str = "表头") -> BookCell:
    """A cell with the unit that is ``stated`` of it behind the number; of one that has another unit of its own this is said."""
    if is_number(cell.value) and cell.kind == "n":
        said = unit_shown(cell.form)
        cell = BookCell(f"{plain(finite(cell.value))}{said or shown_unit(unit)}")
        if not said:
            return cell
    behind = unit_behind(cell.value) if isinstance(cell.value, str) and cell.kind != "f" else None
    if behind is None:
        return cell
    own, head = named_unit(behind), named_unit(unit)
    if not own.name:  # 1.2万 in a column of m² or of 万m²
        return BookCell(f"{cell.value.strip()}{shown_unit(head.name if behind else unit)}")
    note = f"{stated}的单位是{shown_unit(unit)}，这一格写的是{behind}，按{behind}读入，请核对"
    return cell._replace(note=note) if own.is_known and own != head else cell


def shown_unit(unit: str) -> str:
    """A unit as pages write it."""
    return unit.replace("m2", "m²").replace("m3", "m³")
