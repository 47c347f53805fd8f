"""Look and words of the verdicts of the policy check."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django import template

from greendistrict.policy.enums import RuleLevel

register = template.Library()


class VerdictLook(NamedTuple):
    """Icon, label and colour of a verdict."""

    icon: str
    label: str
    css: str


_LOOKS = {
    "pass": VerdictLook("ok", "已满足", "is-ok"),
    "fail": VerdictLook("no", "未满足", "is-no"),
    "warn": VerdictLook("warn", "提醒", "is-warn"),
    "no_data": VerdictLook("warn", "资料不足", "is-warn"),
    "underway": VerdictLook("clock", "正在办理", "gd-muted"),
    "will_hold": VerdictLook("wait", "按目前填写将满足", "gd-muted"),
    "will_fail": VerdictLook("warn", "按目前填写将不满足", "is-warn"),
    "proven": VerdictLook("warn", "已查实", "is-no"),
    "unproven": VerdictLook("wait", "未查实", "gd-muted"),
    "later": VerdictLook("wait", "待后续环节", "gd-muted"),
    "n/a": VerdictLook("wait", "不适用", "gd-muted"),
    "due": VerdictLook("clock", "按期履行", "gd-muted"),
}
_NOT_JUDGED = {"later", "n/a", "due"}
MOST_NAMED = 3
_EFFECTS = {
    RuleLevel.MUST: "未满足即不能办理这一步",
    RuleLevel.SHOULD: "未满足时提醒，说明理由后可以办理",
    RuleLevel.DUTY: "按期履行，不影响办理",
    RuleLevel.INFO: "只作说明",
}


@register.filter
def verdict_look(value: Any) -> VerdictLook:
    """Look of a verdict (``look`` of the engine, or the outcome alone)."""
    return _LOOKS.get(str(value), _LOOKS["n/a"])


@register.filter
def standing(groups: Iterable[Mapping[str, Any]]) -> str:
    """How a folded check stands, by verdict, with the names of what does not hold: ``已满足26项；未满足1项：控制目标``."""
    found: dict[str, list[str]] = {}
    for row in (row for group in groups for row in group["verdicts"]):
        if row["level"] != RuleLevel.INFO and row["verdict"] not in _NOT_JUDGED:
            found.setdefault(verdict_look(row.get("look") or row["verdict"]).label, []).append(row["title"])
    holds = _LOOKS["pass"].label
    told = [f"{holds}{len(found.pop(holds))}项"] if holds in found else []
    for label, titles in found.items():
        told.append(f"{label}{len(titles)}项：{'、'.join(titles[:MOST_NAMED])}{'等' if len(titles) > MOST_NAMED else ''}")
    return "；".join(told)


@register.filter
def level_word(value: Any) -> str:
    """应, 宜, 要 or 可 for must, should, duty, info; other words unchanged."""
    return next((str(level.label) for level in _EFFECTS if level == value), str(value))


@register.filter
def degree_word(verdict: Any) -> str:
    """Word of the clause for the rule of a verdict (object or stored mapping); that of its level where none was kept."""
    held = verdict if isinstance(verdict, Mapping) else vars(verdict)
    return str(held.get("degree") or level_word(held["level"]))


@register.filter
def level_means(value: Any) -> str:
    """Effect of a rule's level on its step, in words."""
    return next((words for level, words in _EFFECTS.items() if level.label == level_word(value)), "")
