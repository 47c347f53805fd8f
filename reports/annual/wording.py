"""Display text of values for print."""

from collections.abc import Mapping
from typing import Any

from greendistrict.core.rounding import percent
from greendistrict.policy.wording import with_unit
from indicators.scoring.explain import unit_of
from indicators.scoring.prepare import Item
from indicators.scoring.raters import ratio_of
from indicators.scoring.refusals import ValueProblem


def value_words(item: Item, value: Any) -> str:
    """Stored value of a clause in words with its unit, a ratio with its share; 未填 if empty."""
    if value is None:
        return "未填"
    if item.rule["kind"] == "all_of":
        parts = [part for part in item.rule["rules"] if part["value"]["key"] in value]
        return "；".join(f"{part['value']['label']}{_plain(part['rule'], part['value'], value[part['value']['key']])}" for part in parts)
    if item.ratio:
        inputs = item.data["inputs"]
        told = "；".join(f"{entry['label']}{with_unit(str(value.get(entry['key'], '未填')), entry['unit'])}" for entry in inputs)
        try:
            part, whole = ratio_of(value)
        except ValueProblem:
            return told
        return f"{told}；比例{percent(part, whole)}"
    return _plain(item.rule, item.value or {}, value)


def _plain(rule: Mapping[str, Any], about: Mapping[str, Any], value: Any) -> str:
    kind = rule["kind"]
    if isinstance(value, bool):
        return "满足" if value else "不满足"
    if kind == "checklist":
        chosen = [part["text"] for part in rule["parts"] if part["key"] in value]
        return "、".join(chosen) or "均未做到"
    if kind == "choice":
        return next((str(option["text"]) for option in rule["options"] if option["key"] == value), str(value))
    unit = unit_of(about) or ("项" if kind == "count" else "分" if kind == "claimed" else "")
    return with_unit(str(value), unit)
