"""Content of an inventory with its result, for the page and for the frozen record of a filed edition (pure functions).

Also here: What is asked about the figures of an inventory before it is handed up (pure). One sentence with the carbon figures of a year,
for the district's operation report.
"""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from assessments.self_checks.report import LiveFigure
from assessments.yearly_reports.models import YearlyReport
from carbon.enums import Sector
from carbon.inventories.activity_rows import BOUNDARY, Library, ReadRow, RowFault, RowTexts, combined_uncertainty, read_boundary, read_row
from carbon.inventories.models import CarbonInventory, InventoryState
from carbon.inventory import MASS_PLACES, Sums, compute, emissions_of, left_out, sums_of
from carbon.units import unit_words
from districts.plausibility.comparisons import LAST_YEAR, Figure, PlausibilityFinding, PlausibilityLimits, Scale, against_earlier, words
from greendistrict.core import memoisation
from greendistrict.core.rounding import fixed

Content = dict[str, Any]
INTENSITIES = ("per_m2_kg", "per_person_t", "per_wan_gdp_t")
QUOTED = "转引"  # 转引: known from quotations of the publication only


@dataclass(frozen=True)
class HeadTexts:
    """Typed values above the rows: boundary sizes and notes. ``extent`` names the version of the district's boundary."""

    area_m2: str = ""
    population: str = ""
    gdp_wan: str = ""
    include_industry: bool = False
    extent: str = ""
    note: str = ""

    @property
    def sizes(self) -> dict[str, str]:
        """Texts of the three boundary sizes by field name."""
        return {name: getattr(self, name) for name in BOUNDARY}


@dataclass(frozen=True)
class Filled:
    """Content with its faults, each as (field name in the form, text)."""

    content: Content
    faults: tuple[tuple[str, RowFault], ...]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """All faults as (field name, text)."""
        return [(name, fault.text) for name, fault in self.faults]


def filled(head: HeadTexts, rows: Sequence[RowTexts], library: Library) -> Filled:
    """Calculate the result from typed texts. Rows with faults are not counted; intensities are empty without a valid boundary."""
    read = [read_row(row, library) for row in rows]
    boundary, missing = read_boundary(head.sizes)
    activities = [row.activity for row in read if row.activity is not None]
    result: Sums = sums_of(activities, include_industry=head.include_industry)
    if boundary is not None:
        result = compute(boundary, activities, include_industry=head.include_industry)
    data = result.as_data()
    content = {
        "boundary": {**head.sizes, "extent": head.extent},
        "include_industry": head.include_industry,
        "note": head.note,
        "rows": [_row(one) for one in read],
        "sectors": data["sectors"],
        "total": data["total"],
        **{name: data.get(name, "") for name in INTENSITIES},
        "uncertainty": combined_uncertainty(
            (_counted(one, include_industry=head.include_industry), one.uncertainty) for one in read if one.activity
        ),
    }
    return Filled(content, tuple(_faults(missing, read)))


def _faults(of_boundary: Sequence[RowFault], read: Sequence[ReadRow]) -> list[tuple[str, RowFault]]:
    faults = [(fault.field, fault) for fault in of_boundary]
    for at, row in enumerate(read):
        name = row.texts.name or f"第{at + 1}行"
        faults += [(f"rows-{at}-{fault.field}", RowFault(fault.field, f"{name}：{fault.text}", fault.missing)) for fault in row.faults]
    if not read:
        faults.append(("rows-0-name", RowFault("name", "没有填写任何活动", missing=True)))
    return faults


def _counted(row: ReadRow, *, include_industry: bool) -> Fraction:
    """Tonnes of a row with the sign it has in the total; zero if it is not counted."""
    activity = row.activity
    if activity is None or (activity.sector is Sector.INDUSTRY and not include_industry):
        return Fraction(0)
    tonnes = emissions_of(activity)
    return -tonnes if activity.sector.is_subtracted else tonnes


def _row(row: ReadRow) -> dict[str, Any]:
    texts, version = row.texts, row.version
    factor = row.factor
    return {
        "key": texts.key,
        "sector": texts.sector,
        "name": texts.name,
        "amount": texts.amount,
        "unit": texts.unit,
        "factor": version.factor.key if version else "",
        "since": version.since if version else None,
        "factor_value": f"{factor.value:f}" if factor else texts.factor_value,
        "factor_unit": factor.unit if factor else texts.factor_unit,
        "factor_source": version.source if version else texts.factor_source,
        "certainty": version.certainty if version else "",
        "heating_value": texts.heating_value,
        "heating_unit": texts.heating_unit,
        "uncertainty": texts.uncertainty,
        "source": texts.source,
        "tco2e": fixed(emissions_of(row.activity), MASS_PLACES) if row.activity else "",
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON form: keys sorted, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def as_file(content: Mapping[str, Any], year: int, library: Library) -> dict[str, Any]:
    """Content in the file format of the command ``carbon_inventory``; numbers are texts."""
    activities = []
    for row in content["rows"]:
        known = library.get(row["factor"])
        version = known.version(year) if known else None
        same = version is not None and version.since == row["since"] and f"{version.factor.value:f}" == row["factor_value"]
        factor = row["factor"] if same else {"value": row["factor_value"], "unit": row["factor_unit"]}
        heating = {"heating_value": {"value": row["heating_value"], "unit": row["heating_unit"]}} if row["heating_value"] else {}
        about = {"id": row["key"], "sector": row["sector"], "name": row["name"], "amount": row["amount"], "unit": row["unit"]}
        activities.append({**about, "factor": factor, **heating})
    boundary = {name: content["boundary"][name] for name in BOUNDARY}
    return {"year": year, "boundary": boundary, "include_industry": content["include_industry"], "activities": activities}


@dataclass(frozen=True)
class ShownLine:
    """A row for display: amount × factor = tonnes."""

    sector: str
    name: str
    amount: str
    unit: str
    factor: str
    factor_source: str
    is_quoted: bool
    heating: str
    uncertainty: str
    source: str
    tco2e: str
    outside: bool
    last: str = ""
    change: str = ""
    is_subtracted: bool = False

    @property
    def counted(self) -> Decimal | None:
        """Tonnes with the sign they have in the total; None if the row is not counted."""
        if self.outside:
            return None
        return -Decimal(self.tco2e) if self.is_subtracted else Decimal(self.tco2e)


def shown_lines(content: Content, library: Library, before: Content | None = None) -> list[ShownLine]:
    """Rows for display, units in their standard form, with the amount of the same row of last year's content ``before``.

    All but the names of library factors comes from the content.
    """
    return [_line(row, content, library, beside) for row, beside in zip(content["rows"], beside_rows(content["rows"], before), strict=True)]


def row_parts(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row with what tells it from the others, alike in every year: sector and name, the second of a name by its number."""
    met = Counter[str]()
    for row in rows:
        key = f"{row['sector']}:{row['name']}"[:30]
        met[key] += 1
        yield (f"{key}#{met[key]}" if met[key] > 1 else key), row


def beside_rows(rows: Iterable[Mapping[str, Any]], before: Content | None) -> list[Mapping[str, Any] | None]:
    """The same row of last year's content for each row; None where it has none."""
    held = dict(row_parts(before["rows"])) if before else {}
    return [held.get(key) for key, _ in row_parts(rows)]


def gone_rows(content: Content, before: Content | None) -> list[str]:
    """Rows of last year's content that this one lacks, with their amounts."""
    there = {key for key, _ in row_parts(content["rows"])}
    return [f"{row['name']} {amount_words(row)}" for key, row in row_parts(before["rows"] if before else ()) if key not in there]


def amount_of(text: object) -> Decimal | None:
    """A finite number typed with or without separators; None for anything else."""
    try:
        number = Decimal(str(text).replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def amount_words(row: Mapping[str, Any] | None) -> str:
    """Amount of a row with its unit; empty without a row."""
    return f"{row['amount']} {unit_words(row['unit'])}".strip() if row else ""


def change_words(row: Mapping[str, Any], beside: Mapping[str, Any] | None) -> str:
    """Change of a row's amount since last year in per cent; empty where the two are not comparable."""
    now, then = amount_of(row["amount"]), amount_of(beside["amount"]) if beside else None
    if beside is None or not now or not then or row["unit"] != beside["unit"]:
        return ""
    return f"{fixed((Fraction(now) / Fraction(then) - 1) * 100, 1, signed=True)}%"


def _line(row: Mapping[str, Any], content: Content, library: Library, beside: Mapping[str, Any] | None) -> ShownLine:
    known = library.get(row["factor"])
    name = f"{known.name if known else row['factor']}（{row['since']}年起）" if row["factor"] else ""
    value = f"{row['factor_value']} {unit_words(row['factor_unit'])}".strip()
    return ShownLine(
        sector=Sector(row["sector"]).label if row["sector"] in Sector.values else "",
        name=row["name"],
        amount=row["amount"],
        unit=unit_words(row["unit"]),
        factor=f"{value}　{name}" if name else value,
        factor_source=row["factor_source"],
        is_quoted=row["certainty"] == QUOTED,
        heating=f"{row['heating_value']} {unit_words(row['heating_unit'])}".strip(),
        uncertainty=row["uncertainty"],
        source=row["source"],
        tco2e=row["tco2e"],
        outside=row["sector"] == Sector.INDUSTRY.value and not content["include_industry"],
        last=amount_words(beside),
        change=change_words(row, beside),
        is_subtracted=row["sector"] in Sector.values and Sector(row["sector"]).is_subtracted,
    )


def later_factors(content: Content, year: int, library: Library) -> list[str]:
    """One sentence for each row whose factor version begins after the inventory's year: accepted, but to be checked before filing."""
    found = []
    for at, row in enumerate(content["rows"]):
        if row["since"] is None or row["since"] <= year:
            continue
        known = library.get(row["factor"])
        held = known.version(year) if known else None
        instead = f"{year}年适用的是{held.since}年起的版本" if held else f"因子库没有{year}年适用的版本"
        name = row["name"] or f"第{at + 1}行"
        found.append(f"{name}：所选“{known.name if known else row['factor']}”自{row['since']}年起适用，{instead}")
    return found


@dataclass(frozen=True)
class ShownSector:
    """A sector of the result: its tonnes, or in ``left_out`` why it has none."""

    label: str
    tonnes: str
    is_subtracted: bool
    left_out: str


def shown_sectors(content: Content) -> list[ShownSector]:
    """Each sector in enum order (JSON from the database does not keep the order). Without a computed row its tonnes are no 0."""
    reported = {row["sector"] for row in content["rows"] if row["tco2e"]}
    unread = {row["sector"] for row in content["rows"]} - reported
    found = []
    for sector in Sector:
        words = left_out(sector, reported, include_industry=content["include_industry"])
        words = "尚未填全" if sector in unread else words
        found.append(ShownSector(sector.label, "" if words else content["sectors"][sector.value], sector.is_subtracted, words))
    return found


SIZES = {"area_m2": ("核算建筑面积", "m²"), "population": ("常住人口", "人"), "gdp_wan": ("地区生产总值", "万元")}
TONNES = "tCO₂e"
SHOWN = 6


def asked_of_inventory(content: Content, before: Content | None, limits: PlausibilityLimits) -> list[PlausibilityFinding]:
    """Findings beside last year's filed content; nothing is asked without one."""
    if before is None:
        return []
    figures, held = figures_of(content), figures_of(before)
    comparable = {part: figure for part, figure in figures.items() if part in held and figure.unit == held[part].unit}
    return [*against_earlier(comparable, held, limits), *carried_over(comparable, held)]


def carried_over(figures: Mapping[str, Figure], held: Mapping[str, Figure]) -> Iterator[PlausibilityFinding]:
    """Finding if half of the measured amounts, or more, are last year's to the digit: carried over rather than measured.

    A sink's amount is an area that stays; a single equal amount among several is a coincidence.
    """
    computed, stays = ":t", f"{Sector.SINK.value}:"
    measured = [part for part in figures if part not in SIZES and not part.endswith(computed) and not part.startswith(stays)]
    same = [figures[part] for part in measured if figures[part].number and figures[part].number == held[part].number]
    if not same or 2 * len(same) < len(measured) or (len(same) == 1 and len(measured) > 1):
        return
    told = "、".join(f"{figure.label}{words(figure)}" for figure in same[:SHOWN])
    text = f"{len(same)}行活动量与{LAST_YEAR}完全相同（{told}{'等' if len(same) > SHOWN else ''}），请核对是否为本年度数据"
    value = "；".join(words(figure) for figure in same)
    yield PlausibilityFinding("repeated", text, value=value, limit=f"{LAST_YEAR}的活动量")


def figures_of(content: Content) -> dict[str, Figure]:
    """Sizes, and of each row (by sector and name, the second of a name by its number) the amount in its unit and the tonnes."""
    figures = {}
    for name, (label, unit) in SIZES.items():
        if (number := amount_of(content["boundary"].get(name))) is not None:
            figures[name] = Figure(label, unit, number, Scale.AMOUNT)
    for key, row in row_parts(content["rows"]):
        label = row["name"]
        for part, text, unit in ((key, row["amount"], row["unit"]), (f"{key}:t", row["tco2e"], TONNES)):
            if (number := amount_of(text)) is not None:
                figures[part] = Figure(f"{label}{'排放量' if unit == TONNES else ''}", f" {unit}", number, Scale.AMOUNT)
    return figures


def _inventory(report: YearlyReport, _today: dt.date) -> str:
    """Sentence from the valid edition as filed; empty if there is none."""
    found = memoisation.once(_filed, report.district_id).get(report.year)
    if found is None:
        return ""
    counted = [one for one in shown_sectors(found) if one.tonnes and Decimal(one.tonnes)]
    sectors = "、".join(f"{one.label}{_grouped(one.tonnes)}tCO₂e{'（扣减）' if one.is_subtracted else ''}" for one in counted)
    per = f"，单位面积{found['per_m2_kg']}kgCO₂e/m²" if found["per_m2_kg"] else ""
    return f"{report.year}年度碳排放清单核算的排放总量{_grouped(found['total'])}tCO₂e{per}{f'，其中{sectors}' if sectors else ''}"


def _filed(district: int) -> dict[int, Content]:
    """Contents of the valid editions of a district by year."""
    filed = CarbonInventory.objects.filter(status=InventoryState.FILED, district=district)
    return dict(filed.order_by("year", "edition").values_list("year", "frozen__content"))


def _grouped(tonnes: str) -> str:
    return fixed(Decimal(tonnes), grouped=True)


INVENTORY = LiveFigure("inventory", "碳排放清单", frozenset({"carbon"}), _inventory)
