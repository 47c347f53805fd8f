"""Comparison of a yearly plan with last year's (pure functions)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from districts.yearly_plans.models import PlanItem

NEW, KEPT, GONE = "新列", "续列", "未再列入"


@dataclass(frozen=True)
class WorkPair:
    """A work in this year's plan and in last year's; one of the two may be None."""

    now: PlanItem | None
    before: PlanItem | None

    @property
    def item(self) -> PlanItem:
        """The newer of the two."""
        found = self.now or self.before
        if found is None:  # pragma: no cover -- a pair has one side at least
            msg = "empty pair"
            raise ValueError(msg)
        return found

    @property
    def how(self) -> str:
        """新列, 续列 or 未再列入."""
        if self.before is None:
            return NEW
        return KEPT if self.now else GONE

    @property
    def more_money(self) -> Decimal | None:
        """Increase of money over last year, in 万元; None if one of them is unknown."""
        if self.now is None or self.before is None or self.now.money is None or self.before.money is None:
            return None
        return self.now.money - self.before.money

    @property
    def later(self) -> bool:
        """Whether the work's end is later than in last year's plan."""
        sides = (self.now and self.now.finish, self.before and self.before.finish)
        return bool(sides[0] and sides[1] and sides[0] > sides[1])


def compared(now: Iterable[PlanItem], before: Iterable[PlanItem]) -> list[WorkPair]:
    """Pair the works of both years: same district, kind and name are the same work. In this year's order, then dropped works."""
    rest = {_key(item): item for item in before}
    pairs = [WorkPair(item, rest.pop(_key(item), None)) for item in now]
    return [*pairs, *(WorkPair(None, item) for item in rest.values())]


def _key(item: PlanItem) -> tuple[int, str, str]:
    return item.district_id, item.work, "".join(item.name.split())


def money_of(items: Iterable[PlanItem]) -> Decimal:
    """Sum of the known amounts in 万元."""
    return sum((item.money for item in items if item.money is not None), Decimal(0))
