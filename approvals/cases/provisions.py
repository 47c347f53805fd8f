"""Materials of cases in the table of what the policy says and what the portal adds."""

from collections.abc import Iterator

from approvals.cases.checklist import SLOTS_BY_KIND
from approvals.common.enums import CaseKind
from greendistrict.policy.provisions import Provision, ProvisionGroup, named_by_text
from greendistrict.policy.types import Policy


def _materials(_policy: Policy) -> Iterator[Provision]:
    for kind, slots in SLOTS_BY_KIND.items():
        for slot in slots:
            asked = "" if slot.optional else "，必交"
            yield named_by_text(f"{CaseKind(kind).label}：{slot.title}{asked}", slot.named)


MATERIALS = ProvisionGroup("办理事项的材料", _materials)
