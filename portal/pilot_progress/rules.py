"""State of a district's duties and of the conditions for its next stage, in the words of the filter bar; sort orders of the rows."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import TextChoices

from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.policy.engine import Verdict
from greendistrict.policy.enums import RuleLevel
from obligations.duties import Obligation
from portal.policy.selectors import DistrictCheck

STAGES = list(Stage)


class Lateness(TextChoices):
    """Whether anything is overdue."""

    LATE = "late", "有逾期事项"
    IN_TIME = "ontime", "没有逾期事项"


class Readiness(TextChoices):
    """State of the conditions for the next stage."""

    READY = "ready", "应满足的条款已全部满足"
    FAILING = "failing", "有未满足的条款"
    UNKNOWN = "unknown", "有资料不足或在办的条款"
    NOT_ASKED = "not_asked", "不核对"


class OpenMatter(NamedTuple):
    """An open matter: title, step in words with the tone of its tag, URL."""

    label: str
    step: str
    tone: str
    href: str


@dataclass(frozen=True)
class ProgressRow:
    """One district with its next duty and its overdue duties; ``check`` is None until the policy is checked."""

    district: District
    matters: tuple[OpenMatter, ...] = ()
    next_duty: Obligation | None = None
    late: tuple[Obligation, ...] = ()
    check: DistrictCheck | None = field(default=None, compare=False)

    @property
    def is_recorded_only(self) -> bool:
        """Whether the district has no applicant in the portal: 平台无记录."""
        return self.district.applicant_id is None

    @property
    def target(self) -> str:
        """The next stage; empty after 示范."""
        if self.is_recorded_only or self.district.stage == Stage.DEMONSTRATION:
            return ""
        return Stage.DEMONSTRATION.label if self.district.stage == Stage.PILOT else Stage.PILOT.label

    @property
    def condition_words(self) -> str:
        """Heading of the conditions for the next stage."""
        return "终期验收条件对照" if self.district.stage == Stage.PILOT else "试点申报条件对照"

    @property
    def open_musts(self) -> int:
        """Number of must-rules without data or waiting for somebody's work."""
        return len(self._unsettled)

    @property
    def missing(self) -> list[Verdict]:
        """Unmet conditions of the next stage: failed must-rules, then those not yet settled."""
        return [*self.check.failing, *self._unsettled] if self.check else []

    @property
    def _unsettled(self) -> list[Verdict]:
        found = (*self.check.without_data, *self.check.pending) if self.check else ()
        return [verdict for verdict in found if verdict.level == RuleLevel.MUST]

    @property
    def readiness(self) -> Readiness:
        """State of the conditions for the next stage."""
        if self.check is None or not self.check.verdicts:
            return Readiness.NOT_ASKED
        if self.check.failing:
            return Readiness.FAILING
        return Readiness.UNKNOWN if self.open_musts else Readiness.READY

    @property
    def lateness(self) -> Lateness:
        """Whether anything is overdue."""
        return Lateness.LATE if self.late else Lateness.IN_TIME


def _name(row: ProgressRow) -> Any:
    return row.district.name_pinyin, row.district.pk


def _missing(row: ProgressRow) -> Any:
    return (len(row.check.failing), row.open_musts) if row.check else (-1, -1)


ORDERS: dict[str, Callable[[ProgressRow], Any]] = {
    "name": _name,
    "stage": lambda row: STAGES.index(Stage(row.district.stage)),
    "due": lambda row: row.next_duty.due if row.next_duty else dt.date.max,
    "late": lambda row: len(row.late),
    "missing": _missing,
}


def ordered(rows: list[ProgressRow], order: str) -> list[ProgressRow]:
    """Sorted by the chosen column (``-`` reverses); by default those with most overdue duties first, then by the next due day."""
    key = order.removeprefix("-")
    by_name = sorted(rows, key=_name)
    if key in ORDERS:
        return sorted(by_name, key=ORDERS[key], reverse=order.startswith("-"))
    return sorted(by_name, key=lambda row: (-len(row.late), ORDERS["due"](row)))
