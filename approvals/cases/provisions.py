"""Materials of cases in the table of what the policy says and what the portal adds."""

from collections.abc import Iterator

from approvals.cases.checklist import SLOTS_BY_KIND
from approvals.common.enums import CaseKind
from greendistrict.policy.layers import Layer
from greendistrict.policy.provisions import Provision, ProvisionGroup, named_by_text
from greendistrict.policy.types import Policy


def _materials(policy: Policy) -> Iterator[Provision]:
    read = {rule.id: rule.understood for rule in policy.rules}
    for kind, slots in SLOTS_BY_KIND.items():
        for slot in slots:
            asked = "" if slot.optional else "，必交"
            name = f"{CaseKind(kind).label}：{slot.title}{asked}"
            if slot.named and (words := read.get(slot.read)):
                yield Provision(name, Layer.READING, slot.named.cite, words)
            else:
                yield named_by_text(name, slot.named)


MATERIALS = ProvisionGroup("办理事项的材料", _materials)
