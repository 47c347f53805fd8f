"""What a plausibility rule finds, and the limits it measures by."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from greendistrict.policy.parameters import Parameters


@dataclass(frozen=True)
class PlausibilityLimits:
    """Limits from the settings ``plausibility.*``; shares are 0 to 1, ``points`` are percentage points.

    Findings of rules in ``blocking`` block; those in ``explain`` block until they are explained; all others are advisory in a score table
    and asked everywhere else.
    """

    blocking: frozenset[str]
    explain: frozenset[str]
    jump_tolerance: Decimal
    year_points: Decimal
    year_share: Decimal
    amount_times: Decimal
    least_points: Decimal
    peers_least: int
    peer_spread: Decimal
    sum_tolerance: Decimal
    pace_times: Decimal


@dataclass(frozen=True)
class PlausibilityFinding:
    """A finding of a rule: what was found and the limit. ``part`` names the figure within the row."""

    rule: str
    text: str
    item_id: str = ""
    part: str = ""
    value: str = ""
    limit: str = ""
    source: str = ""


def fresh(
    found: Iterable[PlausibilityFinding], stood: Collection[PlausibilityFinding], retyped: Callable[[str], bool]
) -> list[PlausibilityFinding]:
    """Findings that did not stand before, or whose own figure was typed anew: whoever changes one is not asked about the others again."""
    return [one for one in found if one not in stood or retyped(one.part)]


def limits_of(parameters: Parameters | None = None) -> PlausibilityLimits:
    """Limits from the settings; without ``parameters`` the defaults, without a query."""
    held = parameters or Parameters()
    return PlausibilityLimits(
        blocking=frozenset(held.words("plausibility.blocking")),
        explain=frozenset(held.words("plausibility.explain")),
        jump_tolerance=held.number("plausibility.jump_tolerance"),
        year_points=held.number("plausibility.year_points"),
        year_share=held.number("plausibility.year_share"),
        amount_times=held.number("plausibility.amount_times"),
        least_points=held.number("plausibility.least_points"),
        peers_least=held.integer("plausibility.peers_least"),
        peer_spread=held.number("plausibility.peer_spread"),
        sum_tolerance=held.number("plausibility.sum_tolerance"),
        pace_times=held.number("plausibility.pace_times"),
    )
