"""Materials that the portal holds as a list (plots, key projects, works): the list of the day, laid in its slot of a case."""

from django.db import transaction

from approvals.cases.checklist import Slot, slot_of
from approvals.cases.models.cases import Case, CaseDocument
from approvals.cases.services import editable, touch
from approvals.common.enums import CaseKind
from districts.common.enums import HELD_LISTS
from districts.lists.held import LISTS, HeldList, take
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused

OF_CASES = frozenset({CaseKind.APPLICATION, CaseKind.ACCEPTANCE})


def held_list(case: Case, slot: Slot) -> HeldList | None:
    """The list that the portal holds of what a slot asks for."""
    return LISTS.get(slot.key) if case.kind in OF_CASES and slot.origin == "file" else None


@transaction.atomic
def take_list(*, case: Case, slot: str, by: User) -> CaseDocument:
    """Lay the list of today in its slot, in place of the one of an earlier day. Raises ``NotAllowed``, ``Refused`` for an empty list."""
    case = editable(case, by, None)
    found = slot_of(case.kind, slot)
    held = held_list(case, found) if found else None
    if found is None or held is None:
        msg = "这一项材料没有平台上的清单可取"
        raise Refused(msg)
    laid = taken_before(case, slot)
    made, rows = take(held, district=case.district, owner=case, before=laid.document if laid else None, by=by, today=clock.today())
    if laid is None:
        laid = CaseDocument.objects.create(case=case, slot=slot, document=made)
    elif laid.document != made:
        laid.document = made
        laid.save(update_fields=["document"])
    else:
        return laid
    audit.record(action="application.take_list", by=by, obj=case, data={"slot": slot, "rows": rows, "sha256": made.sha256})
    touch(case)
    return laid


def taken_before(case: Case, slot: str) -> CaseDocument | None:
    """The document of a slot that was made from the list."""
    return case.documents.filter(slot=slot, document__kind__in=HELD_LISTS).select_related("document").order_by("-pk").first()
