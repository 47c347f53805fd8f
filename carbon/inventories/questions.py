"""What is asked about the figures of an inventory before it is handed up (pure)."""

from collections import Counter
from decimal import Decimal, InvalidOperation

from carbon.inventories.content import Content
from districts.plausibility.comparisons import against_earlier, repeated
from districts.plausibility.figures import Figure, Scale
from districts.plausibility.findings import PlausibilityFinding, PlausibilityLimits

SIZES = {"area_m2": ("核算面积", "m²"), "population": ("常住人口", "人"), "gdp_wan": ("地区生产总值", "万元")}
TONNES = "tCO₂e"


def asked_of_inventory(content: Content, before: Content | None, limits: PlausibilityLimits) -> list[PlausibilityFinding]:
    """Findings beside last year's filed content; nothing is asked without one."""
    if before is None:
        return []
    figures, held = figures_of(content), figures_of(before)
    comparable = {part: figure for part, figure in figures.items() if part in held and figure.unit == held[part].unit}
    return [*against_earlier(comparable, held, limits), *repeated(comparable, held)]


def figures_of(content: Content) -> dict[str, Figure]:
    """Sizes, and of each row (by sector and name, the second of a name by its number) the amount in its unit and the tonnes."""
    found, met = {}, Counter[str]()
    for name, (label, unit) in SIZES.items():
        if (number := _number(content["boundary"].get(name))) is not None:
            found[name] = Figure(label, unit, number, Scale.AMOUNT)
    for row in content["rows"]:
        key, label = f"{row['sector']}:{row['name']}"[:30], row["name"]
        met[key] += 1
        key += f"#{met[key]}" if met[key] > 1 else ""
        for part, text, unit in ((key, row["amount"], row["unit"]), (f"{key}:t", row["tco2e"], TONNES)):
            if (number := _number(text)) is not None:
                found[part] = Figure(f"{label}{'排放量' if unit == TONNES else ''}", f" {unit}", number, Scale.AMOUNT)
    return found


def _number(text: object) -> Decimal | None:
    try:
        number = Decimal(str(text).replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
