"""Who compares districts; quartiles and place of figures among peers. The statistics are pure.

Quartiles are ``statistics.quantiles(method="inclusive")``: linear interpolation between the ordered figures, the least and the most
included, as ``QUARTILE.INC`` of a spreadsheet and the reports on the city compute them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import quantiles

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.policy.rules import reads_check

FEWEST_QUARTERED, FEWEST_LED = 3, 2  # figures of which one lies in a quarter, of which one is the best
QUARTERS = ("前四分之一", "中上四分之一", "中下四分之一", "后四分之一")


def reads_comparison(user: User) -> bool:
    """横向比较: whoever reads the policy check, the district's own side among them; not experts, bureaus and keepers."""
    return reads_check(user)


def reads_everybody(user: User) -> bool:
    """Whether the received figures of all districts are read by name: the city, the secretariat, partners."""
    held = posts_of(user)
    return held.is_city or held.has(Role.SECRETARIAT, Role.PARTNER)


@dataclass(frozen=True)
class PeerSpread:
    """Quartiles of a group; ``least`` and ``most`` are None where they would tell the figure of one who is not named."""

    count: int
    lower: Decimal
    median: Decimal
    upper: Decimal
    least: Decimal | None
    most: Decimal | None


def spread_of(numbers: Iterable[Decimal], *, ends: bool = True) -> PeerSpread | None:
    """Spread of the figures; None without any."""
    row = sorted(numbers)
    if not row:
        return None
    lower, median, upper = quantiles(row, n=4, method="inclusive") if len(row) > 1 else row * 3
    return PeerSpread(len(row), lower, median, upper, row[0] if ends else None, row[-1] if ends else None)


@dataclass(frozen=True)
class PeerPlace:
    """Place of a figure among peers: 1 is the best, equal figures share a place; ``quarter`` is empty where they are too few for one."""

    rank: int
    count: int
    quarter: str

    @property
    def words(self) -> str:
        """As the page says it."""
        return f"第{self.rank}位（共{self.count}个）{f'，{self.quarter}' if self.quarter else ''}"


def place_of(number: Decimal, spread: PeerSpread, numbers: Sequence[Decimal], better: int) -> PeerPlace | None:
    """Place of one of ``numbers``; ``better`` is 1 or -1, None for 0, where neither more nor less is better."""
    if not better:
        return None
    ahead = sum((one - number) * better > 0 for one in numbers)
    limits = (spread.upper, spread.median, spread.lower) if better > 0 else (spread.lower, spread.median, spread.upper)
    quarter = next((at for at, limit in enumerate(limits) if (number - limit) * better >= 0), len(limits))
    return PeerPlace(ahead + 1, len(numbers), QUARTERS[quarter] if len(numbers) >= FEWEST_QUARTERED else "")


def best_of(numbers: Iterable[Decimal], better: int) -> Decimal | None:
    """The best figure; None without a direction, or where there is nothing that it is better than."""
    row = list(numbers)
    if len(row) < FEWEST_LED or not better:
        return None
    return max(row) if better > 0 else min(row)
