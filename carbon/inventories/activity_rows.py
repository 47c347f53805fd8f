"""Parse the typed rows of an inventory into activities, collecting the faults and missing fields of each row (pure functions).

Also here: Parse rows pasted from a spreadsheet: one line each, cells separated by tabs (pure functions).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from fractions import Fraction
from math import isqrt
from typing import Any, NamedTuple

from carbon.enums import Sector
from carbon.factor_library import FactorVersion, LibraryFactor
from carbon.inventory import Activity, Factor, InventoryBoundary, emissions_of, misfit_of
from carbon.units import (
    HeatingValue,
    UnfitUnitError,
    Unit,
    UnknownUnitError,
    factor_unit_of,
    heat_unit_of,
    no_factor_unit_words,
    no_heat_unit_words,
    no_unit_words,
    unit_of,
)
from greendistrict.core.folded_keys import visible_lines
from greendistrict.core.integers import whole
from greendistrict.core.number_parsing import NumberError, parse_number
from greendistrict.core.rounding import fixed
from greendistrict.core.unit_names import named_unit
from greendistrict.documents.workbooks.heads_alike import head_and_unit
from greendistrict.documents.workbooks.lines import aside, ditto_words
from greendistrict.documents.workbooks.quantities import parted

Library = Mapping[str, LibraryFactor]
AT = "@"
BOUNDARY = {"area_m2": "核算建筑面积", "population": "常住人口", "gdp_wan": "地区生产总值"}
UNCOUNTED = ("name", "factor_source")  # fields that no calculation uses
MOST_UNCERTAINTY = 1000
UNCERTAINTY_PLACES = 1


@dataclass(frozen=True)
class RowTexts:
    """A row as typed. ``factor`` is ``ID@year`` of a library version, or empty if the row states a factor of its own."""

    key: str = ""
    sector: str = ""
    name: str = ""
    amount: str = ""
    unit: str = ""
    factor: str = ""
    factor_value: str = ""
    factor_unit: str = ""
    factor_source: str = ""
    heating_value: str = ""
    heating_unit: str = ""
    uncertainty: str = ""
    source: str = ""

    @classmethod
    def of(cls, row: Any) -> "RowTexts":
        """Texts of a stored row (``ActivityRow``)."""
        return cls(**{name: getattr(row, name) for name in FIELDS})

    @property
    def is_empty(self) -> bool:
        """Whether every field except the key is empty."""
        return not any(getattr(self, name) for name in FIELDS if name != "key")


FIELDS = tuple(one.name for one in fields(RowTexts))


@dataclass(frozen=True)
class RowFault:
    """A fault of one field. A draft may be saved with ``missing`` values, but not with wrong ones."""

    field: str
    text: str
    missing: bool = False


@dataclass
class ReadRow:
    """A parsed row. ``activity`` is set only if every field needed for the calculation is present and valid."""

    texts: RowTexts
    factor: Factor | None = None
    version: FactorVersion | None = None
    uncertainty: Decimal | None = None
    activity: Activity | None = None
    faults: list[RowFault] = field(default_factory=list)


def read_row(texts: RowTexts, library: Library) -> ReadRow:
    """Parse one row and collect all its faults."""
    found = ReadRow(texts)
    for name, words in (("sector", "部门"), ("name", "活动名称"), ("amount", "活动量"), ("unit", "单位")):
        if not getattr(texts, name):
            found.faults.append(RowFault(name, f"{words}未填", missing=True))
    amount = _number(found, "amount", "活动量")
    unit = _unit(found, "unit", texts.unit)
    _read_factor(found, library)
    heating = _heating(found)
    found.uncertainty = _number(found, "uncertainty", "不确定性")
    if found.uncertainty is not None and found.uncertainty > MOST_UNCERTAINTY:
        found.faults.append(RowFault("uncertainty", f"不确定性不大于{MOST_UNCERTAINTY}%"))
    if texts.sector and texts.sector not in Sector.values:
        found.faults.append(RowFault("sector", f"没有部门“{texts.sector}”"))
    if unit is not None and found.factor is not None:
        _fit(found, amount, unit, heating)
    return found


def _fit(found: ReadRow, amount: Decimal | None, unit: Unit, heating: HeatingValue | None) -> None:
    """Set ``found.activity``, or record that the unit does not fit the factor."""
    texts, factor = found.texts, found.factor
    if factor is None:
        return
    tried = Activity(texts.key, Sector.BUILDING, amount or Decimal(0), unit, factor, heating, texts.name)
    try:
        emissions_of(tried)
    except UnfitUnitError:
        found.faults.append(RowFault("unit", misfit_of(tried, "热值")))
    if amount is not None and all(fault.field in UNCOUNTED for fault in found.faults):
        found.activity = Activity(texts.key, Sector(texts.sector), amount, unit, factor, heating, texts.name)


def _read_factor(found: ReadRow, library: Library) -> None:
    """Set the factor: the library version, or the row's own value, unit and source."""
    texts = found.texts
    if texts.factor:
        key, _, since = texts.factor.partition(AT)
        known = library.get(key)
        found.version = known.version_of(whole(since, -1)) if known else None
        if found.version is None:
            found.faults.append(RowFault("factor", f"因子库中没有 {texts.factor}"))
        else:
            found.factor = found.version.factor
        return
    if not (texts.factor_value or texts.factor_unit or texts.factor_source):
        found.faults.append(RowFault("factor", "排放因子未选，也未自填", missing=True))
        return
    for name, words in (("factor_value", "自填因子"), ("factor_unit", "自填因子单位"), ("factor_source", "自填因子出处")):
        if not getattr(texts, name):
            found.faults.append(RowFault(name, f"{words}未填", missing=True))
    value = _number(found, "factor_value", "自填因子")
    if texts.factor_unit:
        try:
            mass, per = factor_unit_of(texts.factor_unit)
        except UnknownUnitError:
            found.faults.append(RowFault("factor_unit", no_factor_unit_words(texts.factor_unit)))
        else:
            found.factor = Factor(value, mass, per) if value is not None else None


def _heating(found: ReadRow) -> HeatingValue | None:
    texts = found.texts
    if not (texts.heating_value or texts.heating_unit):
        return None
    for name, words in (("heating_value", "热值"), ("heating_unit", "热值单位")):
        if not getattr(texts, name):
            found.faults.append(RowFault(name, f"{words}未填", missing=True))
    value = _number(found, "heating_value", "热值")
    if value == 0:
        found.faults.append(RowFault("heating_value", "热值应大于 0"))
    if not texts.heating_unit:
        return None
    try:
        heat, per = heat_unit_of(texts.heating_unit)
    except (UnknownUnitError, UnfitUnitError):
        found.faults.append(RowFault("heating_unit", no_heat_unit_words(texts.heating_unit)))
        return None
    return HeatingValue(value, heat, per) if value else None


def _unit(found: ReadRow, name: str, text: str) -> Unit | None:
    if not text:
        return None
    try:
        return unit_of(text)
    except UnknownUnitError:
        found.faults.append(RowFault(name, no_unit_words(text)))
        return None


def _number(found: ReadRow, name: str, words: str) -> Decimal | None:
    """Non-negative number of a field; None if the field is empty or invalid (then the fault is recorded)."""
    text = getattr(found.texts, name)
    if not text:
        return None
    try:
        number = parse_number(text)
    except NumberError as error:
        found.faults.append(RowFault(name, f"{words}：{error}"))
        return None
    if number < 0:
        found.faults.append(RowFault(name, f"{words}不能是负数"))
        return None
    return number


def read_boundary(texts: Mapping[str, str]) -> tuple[InventoryBoundary | None, list[RowFault]]:
    """Parse area (m²), population and GDP (万元) from their texts; no boundary if any value is missing or wrong, and why."""
    faults, numbers = list[RowFault](), {}
    for name, words in BOUNDARY.items():
        text = texts.get(name, "")
        if not text:
            faults.append(RowFault(name, f"{words}未填", missing=True))
            continue
        try:
            numbers[name] = parse_number(text)
        except NumberError as error:
            faults.append(RowFault(name, f"{words}：{error}"))
            continue
        if numbers[name] <= 0:
            faults.append(RowFault(name, f"{words}应大于 0"))
    return None if faults else InventoryBoundary(**numbers), faults


def combined_uncertainty(rows: Iterable[tuple[Fraction, Decimal | None]]) -> str:
    """Uncertainty of a sum of independent rows in per cent with one decimal: √Σ(u·x)² ÷ |Σx|.

    ``rows`` are pairs of tonnes (negative if subtracted) and the row's uncertainty in per cent. The result is empty if a row with tonnes
    has no uncertainty, or if the sum is zero.
    """
    squares, total = Fraction(0), Fraction(0)
    for tonnes, uncertainty in rows:
        if uncertainty is None and tonnes:
            return ""
        squares += (tonnes * Fraction(uncertainty or 0)) ** 2
        total += tonnes
    if not total:
        return ""
    share = squares / total**2 * 10**12
    return fixed(Fraction(isqrt(share.numerator // share.denominator), 10**6), UNCERTAINTY_PLACES)


COLUMNS = ("部门", "活动名称", "活动量", "单位", "因子", "因子单位", "因子出处", "不确定性%", "数据来源", "热值", "热值单位")
HEAD, AMOUNT = COLUMNS[0], 2
SECTORS = {label: key for key, label in Sector.choices} | {key: key for key in Sector.values}


class WrongPasteError(ValueError):
    """The pasted text was rejected; ``lines`` hold one message per faulty line."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("；".join(lines))


class PastedRows(NamedTuple):
    """Rows of a pasted text; in words, lines that are none (totals, notes), sectors written in part, units that are not the head's."""

    rows: list[RowTexts]
    aside: list[str]


def rows_of_paste(text: str, year: int, library: Library) -> PastedRows:
    """Rows of the non-empty lines; a header line is skipped. Raises ``WrongPasteError`` with every fault."""
    rows, left, wrong, head = list[RowTexts](), list[str](), list[str](), ""
    for at, line in enumerate(text.splitlines(), start=1):
        cells = [visible_lines(cell) for cell in line.split("\t")]
        head = cells[AMOUNT] if cells[0] == HEAD and len(cells) > AMOUNT else head
        if not any(cells) or cells[0] == HEAD:
            continue
        if what := aside(cells, COLUMNS):
            left.append(f"第{at}行是{what}，没有读入")
            continue
        if same := next(filter(None, map(ditto_words, cells)), ""):
            wrong.append(f"第{at}行：{same}")
            continue
        if len(cells) > len(COLUMNS):
            wrong.append(f"第{at}行：有{len(cells)}格，最多{len(COLUMNS)}格：{'、'.join(COLUMNS)}")
            continue
        cells = _unit_apart([*cells, *[""] * (len(COLUMNS) - len(cells))])
        row = _row(cells, year, library)
        if (unit := head_and_unit(head)[1]) and row.unit and named_unit(row.unit) != named_unit(unit):
            left.append(f"第{at}行的单位“{row.unit}”不是表头“{head}”的，按这一行的读入")
        if row.sector in Sector.values and cells[0] not in SECTORS:
            left.append(f"第{at}行的部门“{cells[0]}”按“{Sector(row.sector).label}”")
        wrong += [f"第{at}行：{fault.text}" for fault in read_row(row, library).faults if not fault.missing]
        rows.append(row)
    if not rows and not wrong:
        wrong.append("没有可以识别的行，请从 Excel 复制后粘贴")
    if wrong:
        raise WrongPasteError(wrong)
    return PastedRows(rows, left)


def _unit_apart(cells: list[str]) -> list[str]:
    """The cells with a unit that stands behind the amount in its own place, if that is empty or says the same."""
    number, said = parted(cells[AMOUNT])
    behind = named_unit(said)
    is_same = not cells[AMOUNT + 1] or named_unit(cells[AMOUNT + 1]) == behind
    return [*cells[:AMOUNT], number, said, *cells[AMOUNT + 2 :]] if said and behind.is_known and is_same else cells


def _row(cells: list[str], year: int, library: Library) -> RowTexts:
    sector, name, amount, unit, factor, factor_unit, factor_source, uncertainty, source, heat, heat_unit = cells
    return RowTexts(
        sector=_sector(sector),
        name=name,
        amount=amount,
        unit=unit,
        **_factor(factor, factor_unit, factor_source, year, library),
        uncertainty=uncertainty.removesuffix("%"),
        source=source,
        heating_value=heat,
        heating_unit=heat_unit,
    )


def _sector(text: str) -> str:
    """Key of the sector with this label, key or part of a label that no other has; what is none stays as typed."""
    near = [key for label, key in SECTORS.items() if text and text in label]
    return SECTORS.get(text) or (near[0] if len(near) == 1 else text)


def _factor(text: str, unit: str, source: str, year: int, library: Library) -> dict[str, str]:
    """Factor fields of a cell: a library factor by ID or name valid in the year, or a number of the row's own."""
    by_name = {one.name: one.id for one in library.values()}
    key, at, since = text.partition(AT)
    known = library.get(by_name.get(key, key))
    if known is not None:
        version = known.version(year)
        return {"factor": f"{known.id}{AT}{since if at else version.since if version else year}"}
    try:
        parse_number(text)
    except NumberError:
        return {"factor": text} if text else {"factor_unit": unit, "factor_source": source}
    return {"factor_value": text, "factor_unit": unit, "factor_source": source}
