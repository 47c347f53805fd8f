"""Parse rows pasted from a spreadsheet: one line each, cells separated by tabs (pure functions)."""

from carbon.enums import Sector
from carbon.inventories.activity_rows import AT, Library, RowTexts, read_row
from greendistrict.core.number_parsing import NumberError, parse_number

COLUMNS = ("部门", "活动名称", "活动量", "单位", "因子", "因子单位", "因子出处", "不确定性%", "数据来源", "热值", "热值单位")
HEAD = COLUMNS[0]
SECTORS = {label: key for key, label in Sector.choices} | {key: key for key in Sector.values}


class WrongPasteError(ValueError):
    """The pasted text was rejected; ``lines`` hold one message per faulty line."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("；".join(lines))


def rows_of_paste(text: str, year: int, library: Library) -> list[RowTexts]:
    """Rows of the non-empty lines; a header line is skipped. Raises ``WrongPasteError`` with every fault."""
    rows, wrong = [], []
    for at, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not any(cells) or cells[0] == HEAD:
            continue
        if len(cells) > len(COLUMNS):
            wrong.append(f"第{at}行：有{len(cells)}格，最多{len(COLUMNS)}格：{'、'.join(COLUMNS)}")
            continue
        row = _row([*cells, *[""] * (len(COLUMNS) - len(cells))], year, library)
        wrong += [f"第{at}行：{fault.text}" for fault in read_row(row, library).faults if not fault.missing]
        rows.append(row)
    if not rows and not wrong:
        wrong.append("没有可以识别的行，请从 Excel 复制后粘贴")
    if wrong:
        raise WrongPasteError(wrong)
    return rows


def _row(cells: list[str], year: int, library: Library) -> RowTexts:
    sector, name, amount, unit, factor, factor_unit, factor_source, uncertainty, source, heat, heat_unit = cells
    return RowTexts(
        sector=SECTORS.get(sector, sector),
        name=name,
        amount=amount,
        unit=unit,
        **_factor(factor, factor_unit, factor_source, year, library),
        uncertainty=uncertainty.removesuffix("%"),
        source=source,
        heating_value=heat,
        heating_unit=heat_unit,
    )


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
