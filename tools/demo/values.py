"""Reproducible values for score tables of fictional districts: plausible, without reference to any real place."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random
from typing import Any

from greendistrict.core.rounding import half_up
from indicators.scoring.prepare import EditionRules, Item
from tools.demo.quantities import AreaAndResidents

COUNTED = frozenset({"个", "项", "处", "栋", "幢", "座", "户", "条", "家", "人", "件", "台", "次", "套", "辆", "株", "种"})
SPREAD = 0.12
NOWHERE = AreaAndResidents()
# Values that plots and key projects will provide later, as planned; plot requirements use the same.
OF_LAND = {"7.2.25": "45", "7.2.7": "12", "4.2.19": {"a": "17", "b": "20"}}
Parts = dict[tuple[str, str], str]


def values_for(
    rules: EditionRules,
    kind: str,
    stage: str,
    *,
    seed: int,
    ambition: float,
    place: AreaAndResidents = NOWHERE,
    behind: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Values by item id; ``ambition`` (0 to 1) is how far the district gets in the steps of a rule. Leaves out items the portal determines.

    With the same ``seed``, a higher ambition gives no worse value for any clause, so that the years of a district are consistent; it is
    0.25 lower for clauses in ``behind``. A quantity used by several clauses has the same value in all of them.
    """
    found, parts = {}, Parts()
    for name, item in rules.table(kind, stage).items.items():
        if item.auto is None:
            if name in OF_LAND:
                found[name] = OF_LAND[name]
                continue
            stands = ambition - 0.25 if name in behind else ambition
            found[name] = value_for(item, rng=Random(f"{seed}:{name}"), ambition=stands, place=place, parts=parts)
    return found


def value_for(item: Item, *, rng: Random, ambition: float, place: AreaAndResidents = NOWHERE, parts: Parts | None = None) -> Any:
    """One value in the form its rule needs; ``parts`` collects amounts by (title, unit) that other clauses use too."""
    reach = min(1.0, max(0.0, ambition + rng.gauss(0, SPREAD)))
    if item.rule["kind"] == "all_of":
        return {part["value"]["key"]: _plain(part["rule"], part["value"], rng, reach) for part in item.rule["rules"]}
    if item.ratio:
        return _ratio(item, rng, reach, place, {} if parts is None else parts)
    return _plain(item.rule, item.value or {}, rng, reach)


def _ratio(item: Item, rng: Random, reach: float, place: AreaAndResidents, parts: Parts) -> dict[str, str]:
    share = Decimal(_plain(item.rule, item.value or {}, rng, reach)) / 100
    first, second = item.data["inputs"]
    counted = first["unit"] in COUNTED
    whole = place.amount(second["label"], second["unit"])
    if whole is None:
        whole = Decimal(rng.randint(12, 90)) if counted else Decimal(rng.randint(200, 4000)) / 10
    part = half_up(share * whole, 0 if counted or first["unit"] == "m²" else 2)
    known = parts.setdefault((first["label"], first["unit"]), str(part))
    return {first["key"]: known, second["key"]: str(whole)}


def _plain(rule: Mapping[str, Any], value: Mapping[str, Any], rng: Random, reach: float) -> Any:
    return SHAPES[rule["kind"]](rule, value, rng, reach)


def _pass(rule: Mapping[str, Any], value: Mapping[str, Any], _rng: Random, _reach: float) -> Any:
    return _held(rule, value) if "op" in rule else True


def _linear(rule: Mapping[str, Any], value: Mapping[str, Any], _rng: Random, reach: float) -> str:
    low, high = Decimal(str(rule["from"]["at"])), Decimal(str(rule["to"]["at"]))
    return _fit(low + (high - low) * Decimal(str(round(reach, 3))), value)


def _checklist(rule: Mapping[str, Any], _value: Mapping[str, Any], _rng: Random, reach: float) -> list[str]:
    keys = [part["key"] for part in rule["parts"]]
    return keys[: max(1, round(len(keys) * reach))]


def _choice(rule: Mapping[str, Any], _value: Mapping[str, Any], _rng: Random, reach: float) -> str:
    options = sorted(rule["options"], key=lambda option: Decimal(str(option["points"])))
    return str(options[min(len(options) - 1, round((len(options) - 1) * reach))]["key"])


def _count(rule: Mapping[str, Any], _value: Mapping[str, Any], _rng: Random, reach: float) -> str:
    return str(round(Decimal(str(rule["cap"])) / Decimal(str(rule["each"])) * Decimal(str(round(reach, 2)))))


def _claimed(_rule: Mapping[str, Any], _value: Mapping[str, Any], _rng: Random, _reach: float) -> str:
    return "0"


def _held(rule: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    margin = Decimal(1) / (Decimal(10) ** int(value["decimals"]))
    at = Decimal(str(rule["at"]))
    return _fit(at + margin if rule["op"] in {">=", ">"} else at - margin, value)


def _stepped(rule: Mapping[str, Any], value: Mapping[str, Any], rng: Random, reach: float) -> str:
    steps = rule["steps"]
    index = min(len(steps) - 1, int(reach * len(steps)))
    at = Decimal(str(steps[index]["at"]))
    span = abs(Decimal(str(steps[-1]["at"])) - Decimal(str(steps[0]["at"]))) / max(1, len(steps)) or Decimal(1)
    beyond = span * Decimal(str(round(rng.uniform(0.05, 0.4), 3)))
    return _fit(at + beyond if rule["better"] == "higher" else at - beyond, value)


def _fit(number: Decimal, value: Mapping[str, Any]) -> str:
    low, high = Decimal(str(value["min"])), Decimal(str(value["max"]))
    return str(half_up(min(max(number, low), high), int(value["decimals"])).normalize() + 0)


SHAPES: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any], Random, float], Any]] = {
    "pass": _pass,
    "steps": _stepped,
    "linear": _linear,
    "checklist": _checklist,
    "choice": _choice,
    "count": _count,
    "claimed": _claimed,
}
