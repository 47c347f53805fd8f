"""Who may compare districts; quartiles and ranks (pure).

Quartiles are ``statistics.quantiles(method="inclusive")``: linear interpolation including minimum and maximum, like ``QUARTILE.INC`` in
spreadsheets and in the city's reports.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import quantiles

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.policy.rules import reads_check

FEWEST_QUARTERED, FEWEST_LED = 3, 2  # least number of figures for naming quarters, and for naming the best
QUARTERS = ("前四分之一", "中上四分之一", "中下四分之一", "后四分之一")


def reads_comparison(held: HeldPosts) -> bool:
    """Everybody who may read the policy check, including the district's own side; not experts, bureaus and keepers."""
    return reads_check(held)


def reads_everybody(held: HeldPosts) -> bool:
    """Whether the person sees the received figures of all districts by name: city, secretariat, partners."""
    return held.is_city or held.has(Role.SECRETARIAT, Role.PARTNER)


@dataclass(frozen=True)
class PeerSpread:
    """Quartiles of a group; ``least`` and ``most`` are None if they would reveal the figure of a district that is not named."""

    count: int
    lower: Decimal
    median: Decimal
    upper: Decimal
    least: Decimal | None
    most: Decimal | None


def spread_of(numbers: Iterable[Decimal], *, ends: bool = True) -> PeerSpread | None:
    """Distribution of the figures; None without figures."""
    row = sorted(numbers)
    if not row:
        return None
    lower, median, upper = quantiles(row, n=4, method="inclusive") if len(row) > 1 else row * 3
    return PeerSpread(len(row), lower, median, upper, row[0] if ends else None, row[-1] if ends else None)


@dataclass(frozen=True)
class PeerPlace:
    """Rank of a figure: 1 is best, equal figures share a rank; ``quarter`` is empty if there are too few peers."""

    rank: int
    count: int
    quarter: str

    @property
    def words(self) -> str:
        """The rank as text."""
        return f"第{self.rank}位（共{self.count}个）{f'，{self.quarter}' if self.quarter else ''}"


def place_of(number: Decimal, spread: PeerSpread, ascending: Sequence[Decimal], better: int) -> PeerPlace | None:
    """Rank of one of the figures ``ascending``; ``better`` is 1 or -1, and None is returned for 0 (no direction)."""
    if not better:
        return None
    ahead = len(ascending) - bisect_right(ascending, number) if better > 0 else bisect_left(ascending, number)
    limits = (spread.upper, spread.median, spread.lower) if better > 0 else (spread.lower, spread.median, spread.upper)
    quarter = next((at for at, limit in enumerate(limits) if (number - limit) * better >= 0), len(limits))
    return PeerPlace(ahead + 1, len(ascending), QUARTERS[quarter] if len(ascending) >= FEWEST_QUARTERED else "")


def best_of(numbers: Iterable[Decimal], better: int) -> Decimal | None:
    """The best figure; None without a direction or with fewer than ``FEWEST_LED`` figures."""
    row = list(numbers)
    if len(row) < FEWEST_LED or not better:
        return None
    return max(row) if better > 0 else min(row)
