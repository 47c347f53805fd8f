"""Duties that belong to a rule of the policy: numbers of open and overdue ones visible to a person, as in the list of duties."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.memoisation import held_reads
from greendistrict.policy.duty_table import DUTY_KINDS
from obligations.enums import ObligationState
from obligations.forms import UNMET
from obligations.open_counts import owed_in_sight


class TrackedDuty(NamedTuple):
    """One kind of duty under a rule: numbers of open and of overdue ones; the links list exactly these."""

    kind: str
    label: str
    open: int
    overdue: int

    @property
    def open_href(self) -> str:
        """URL of the list of open ones."""
        return self._list(UNMET)

    @property
    def late_href(self) -> str:
        """URL of the list of overdue ones."""
        return self._list(ObligationState.OVERDUE.value)

    def _list(self, state: str) -> str:
        return f"{reverse('obligations:obligation_list')}?{urlencode({'kind': self.kind, 'state': state})}"


def duties_by_rule(viewer: Viewer) -> Mapping[str, Sequence[TrackedDuty]]:
    """Open duties visible to the person, grouped by rule of the policy, in the order of the table of duties."""
    still, late = Counter[str](), Counter[str]()
    with held_reads():
        for entry in owed_in_sight(viewer).open_counts:
            still[entry.kind] += entry.number
            late[entry.kind] += entry.number if viewer.today > entry.due else 0
    found: dict[str, list[TrackedDuty]] = defaultdict(list)
    for key, kind in DUTY_KINDS.items():
        if kind.rule and still[key]:
            found[kind.rule].append(TrackedDuty(key, kind.label, still[key], late[key]))
    return found
