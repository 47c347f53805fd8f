"""Texts about a requirement: what is required, what was found, and what would meet it."""

import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from greendistrict.core.rounding import half_up
from greendistrict.policy.enums import FactType, Op
from greendistrict.policy.facts import FactValue
from greendistrict.policy.types import Requirement

UNKNOWN = "资料不足"
UNDERWAY = "正在办理"
HOLDS, FAILS = "满足", "不满足"
WILL_HOLD, WILL_FAIL = "将满足", "将不满足"
HUNDRED = 100
MOST_PLACES = 6


def required(requirement: Requirement) -> str:
    """Requirement in words, such as ``≥ 50%``, ``≥ 0.5 km²``, ``A、B、C``, ``满足``."""
    if isinstance(requirement.value, tuple):
        return "、".join(requirement.value)
    if requirement.op is Op.TRUE:
        return requirement.fact.yes or HOLDS
    if isinstance(requirement.value, Decimal):
        value = _limit(requirement)
        whole = requirement.fact.type is FactType.RATIO and requirement.value == 1
        return value if whole or requirement.op is Op.EQ else f"≥ {value}"
    return str(requirement.value)


def found(requirement: Requirement, fact: FactValue, *, would_hold: bool = False) -> str:
    """Fact in words, such as ``46.2%（36 / 78）``; 资料不足 if unknown or computed over an empty set.

    A provisional fact also says how the rule will turn out: ``按目前填写42.1%，将不满足``. A fact in progress is described by its note.
    """
    if fact.underway:
        return fact.note or UNDERWAY
    if not is_known(requirement, fact):
        why = _joined(fact.note, fact.provisional) if fact.note else fact.provisional
        return f"{UNKNOWN}（{why}）" if why else UNKNOWN
    if fact.provisional:
        ahead = WILL_HOLD if would_hold else WILL_FAIL
        now, more = _found(requirement, replace(fact, note="")), f"；{fact.note}" if fact.note else ""
        return f"按目前填写{now}，{ahead}{more}（{fact.provisional}）"
    return _found(requirement, fact)


def _found(requirement: Requirement, fact: FactValue) -> str:
    """Known fact in words."""
    if isinstance(requirement.value, tuple):
        missing = lacking(requirement, fact)
        held = f"{len(requirement.value) - len(missing)} / {len(requirement.value)}项"
        return _joined(f"{held}，缺{'、'.join(missing)}" if missing else held, fact.note)
    if requirement.op is Op.TRUE:
        return fact.note or ((requirement.fact.yes or HOLDS) if fact.value else (requirement.fact.no or FAILS))
    if isinstance(requirement.value, Decimal):
        return _joined(_figure(requirement, fact), fact.note)
    return _joined(str(fact.value), fact.note)


def remedy(requirement: Requirement, fact: FactValue, title: str) -> str:
    """What would meet the requirement, in words."""
    subject = requirement.fact.what or title
    if not is_known(requirement, fact) and (supply := fact.supply or requirement.fact.supply):
        return supply
    if not is_known(requirement, fact):
        # What is divided by what stands under the rule's reading; once is enough.
        part, divided, _ = subject.partition(" ÷ ")
        return f"补充资料：{part}的比例" if divided else f"补充资料：{subject}"
    if isinstance(requirement.value, tuple):
        return f"补齐：{'、'.join(lacking(requirement, fact))}"
    if requirement.op is Op.TRUE:
        return f"完成并登记：{subject}"
    if requirement.op is Op.GE and isinstance(requirement.value, Decimal):
        return _shortfall(requirement, fact)
    return f"改为{required(requirement)}：{subject}"


def is_known(requirement: Requirement, fact: FactValue) -> bool:
    """Whether the fact can be compared; an empty set cannot."""
    if isinstance(requirement.value, tuple):
        return bool(fact.members)
    if isinstance(requirement.value, Decimal):
        return fact.number is not None
    if requirement.op is Op.TRUE:
        return isinstance(fact.value, bool)
    return isinstance(fact.value, str) and bool(fact.value)


def lacking(requirement: Requirement, fact: FactValue) -> list[str]:
    """Members missing from a set, in the order of the requirement."""
    wanted = requirement.value if isinstance(requirement.value, tuple) else ()
    return [member for member in wanted if member not in fact.members]


def with_unit(number: str, unit: str) -> str:
    """Number with its unit; a space before Latin letters only (``2个``, ``30%``, ``0.5 km²``)."""
    return f"{number} {unit}" if unit[:1].isascii() and unit[:1].isalpha() else f"{number}{unit}"


def plain(value: Fraction, limit: Fraction) -> str:
    """Number with one decimal, or as many as needed to stay on its side of ``limit``."""
    for places in range(1, MOST_PLACES + 1):
        shown = half_up(value, places)
        if (Fraction(shown) >= limit) == (value >= limit):
            break
    return _trimmed(shown)


def _trimmed(value: Decimal) -> str:
    """Decimal without trailing zeros."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def _scale(requirement: Requirement) -> int:
    """Factor for display; ratios are shown in per cent."""
    return HUNDRED if requirement.fact.type is FactType.RATIO else 1


def _limit_value(requirement: Requirement) -> Fraction:
    """Limit as an exact number."""
    return Fraction(requirement.value) if isinstance(requirement.value, Decimal) else Fraction(0)


def _limit(requirement: Requirement) -> str:
    """Limit with its unit."""
    exact = Decimal(requirement.value or 0) * _scale(requirement) if isinstance(requirement.value, Decimal) else Decimal(0)
    return with_unit(_trimmed(exact), requirement.fact.shown_unit)


def _figure(requirement: Requirement, fact: FactValue) -> str:
    """Number or ratio in words, a ratio with both counts."""
    number = fact.number or Fraction(0)
    scale = _scale(requirement)
    if requirement.fact.type is FactType.NUMBER and isinstance(fact.value, Decimal | int):
        return with_unit(_trimmed(Decimal(fact.value)), requirement.fact.shown_unit)
    text = with_unit(plain(number * scale, _limit_value(requirement) * scale), requirement.fact.shown_unit)
    if fact.denominator is None:
        return text
    unit = f" {fact.noun}" if fact.noun[:1].isascii() and fact.noun else ""
    return f"{text}（{fact.numerator} / {fact.denominator}{unit}）"


def _shortfall(requirement: Requirement, fact: FactValue) -> str:
    """Amount missing to the limit, in words."""
    limit, number = _limit_value(requirement), fact.number or Fraction(0)
    if isinstance(fact.denominator, int) and isinstance(fact.numerator, int):
        goal = math.ceil(limit * fact.denominator)
        return f"再有{goal - fact.numerator}{fact.noun or '个'}（达到{goal} / {fact.denominator}）"
    gap = (limit - number) * _scale(requirement)
    if requirement.fact.type is FactType.RATIO:
        return f"还差{plain(gap, Fraction(0))}个百分点（须达到{_limit(requirement)}）"
    exact = Decimal(gap.numerator) / Decimal(gap.denominator)
    return f"还差{with_unit(_trimmed(exact), requirement.fact.shown_unit)}（须达到{_limit(requirement)}）"


def _joined(text: str, note: str) -> str:
    """Text followed by a note."""
    return f"{text}；{note}" if note else text
