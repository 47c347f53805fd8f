"""One clause as shown to its reader, and the wording of claims and judgements (pure functions)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.reviews.settlement import Claim
from indicators.scoring.explain import RuleStep, unit_of
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item


@dataclass(frozen=True)
class JudgementChoice:
    """One of the three judgements, in the words of this clause."""

    value: str
    label: str
    effect: str
    key: str


@dataclass(frozen=True)
class ClauseView:
    """Everything that a reader of a clause sees."""

    item: Item
    claim: Claim
    chapter: str
    reading: str
    rule: str
    steps: tuple[RuleStep, ...]
    value: str
    data: Mapping[str, Any]
    choices: tuple[JudgementChoice, ...]
    options: tuple[str, ...] | None
    asks_points: bool
    claimed: str


def claim_words(claim: Claim) -> str:
    """The district's claim in words."""
    if claim.outcome.excluded:
        return "不参评"
    if claim.control:
        return "满足" if claim.outcome.holds else "不满足"
    return f"{plain(claim.outcome.points or Decimal(0))}分"


def choices_of(claim: Claim) -> tuple[JudgementChoice, ...]:
    """The three judgements possible for a claim."""
    doubt = JudgementChoice("doubt", "存疑", "提请讨论", "Q")
    if claim.outcome.excluded:
        return (
            JudgementChoice("agree", "成立", "同意不参评", "C"),
            JudgementChoice("differ", "不成立", "该条按0分计" if not claim.control else "该条按不满足计", "D"),
            doubt,
        )
    if claim.control:
        own, other = ("满足", "不满足") if claim.outcome.holds else ("不满足", "满足")
        return (JudgementChoice("agree", own, f"与申报一致：{own}", "C"), JudgementChoice("differ", other, "与申报不同", "D"), doubt)
    return (JudgementChoice("agree", "一致", f"同意{claim_words(claim)}", "C"), JudgementChoice("differ", "不同", "另给分数", "D"), doubt)


def value_words(item: Item, raw: Any) -> str:
    """Value of a clause in words, with its unit; empty for no value."""
    if raw is None:
        return ""
    if item.ratio and isinstance(raw, Mapping):
        names = {entry["key"]: entry for entry in item.data["inputs"]}
        return "，".join(f"{names[key]['label']}{part}{names[key].get('unit') or ''}" for key, part in raw.items() if key in names)
    if item.rule["kind"] == "all_of" and isinstance(raw, Mapping):
        named = {entry["value"]["key"]: entry for entry in item.rule["rules"]}
        return "；".join(
            f"{named[key]['value']['label']}：{_plain_words(named[key]['rule'], named[key]['value'], part)}"
            for key, part in raw.items()
            if key in named
        )
    return _plain_words(item.rule, item.value, raw)


def _plain_words(rule: Mapping[str, Any], value: Mapping[str, Any] | None, raw: Any) -> str:
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if rule["kind"] in {"checklist", "choice"}:
        texts = {entry["key"]: entry["text"] for entry in rule.get("parts") or rule.get("options") or ()}
        chosen = raw if isinstance(raw, list) else [raw]
        return "；".join(texts.get(key, str(key)) for key in chosen) or "无"
    unit = unit_of(value) or {"count": "项", "claimed": "分"}.get(str(rule["kind"]), "")
    return f"{raw}{unit}"
