"""What is asked about the figures of an inventory before it is handed up (pure)."""

from collections.abc import Iterator, Mapping

from carbon.enums import Sector
from carbon.inventories.content import Content, amount_of, row_parts
from districts.plausibility.comparisons import LAST_YEAR, against_earlier
from districts.plausibility.figures import Figure, Scale, words
from districts.plausibility.findings import PlausibilityFinding, PlausibilityLimits

SIZES = {"area_m2": ("核算面积", "m²"), "population": ("常住人口", "人"), "gdp_wan": ("地区生产总值", "万元")}
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
    found = {}
    for name, (label, unit) in SIZES.items():
        if (number := amount_of(content["boundary"].get(name))) is not None:
            found[name] = Figure(label, unit, number, Scale.AMOUNT)
    for key, row in row_parts(content["rows"]):
        label = row["name"]
        for part, text, unit in ((key, row["amount"], row["unit"]), (f"{key}:t", row["tco2e"], TONNES)):
            if (number := amount_of(text)) is not None:
                found[part] = Figure(f"{label}{'排放量' if unit == TONNES else ''}", f" {unit}", number, Scale.AMOUNT)
    return found
