"""Procedure of a remedy against a reply: the steps of every remedy; only people of the city are notified."""

from dataclasses import replace

from approvals.remedies.procedure import MOVED, PROCEEDINGS, holding, remedy_note
from greendistrict.accounts.enums import Role
from greendistrict.workflow.procedure import BEGUN, Event, Party, Procedure, Step
from outreach.disclosures import services
from outreach.disclosures.lifecycle import DISCLOSURE_REMEDY
from outreach.disclosures.models import DisclosureRemedy, DisclosureRequest

INSIDE = ("city_legal", "city_checker")


def _lock(pk: int) -> DisclosureRemedy:
    """Lock the request first, then the remedy."""
    request = DisclosureRemedy.objects.values_list("request_id", flat=True).get(pk=pk)
    DisclosureRequest.objects.select_for_update(no_key=True).get(pk=request)
    return DisclosureRemedy.objects.select_for_update(of=("self",), no_key=True).select_related("request").get(pk=pk)


DISCLOSURE_REMEDY_STEPS = Procedure(
    machine=DISCLOSURE_REMEDY,
    lock=_lock,
    words=remedy_note(DISCLOSURE_REMEDY, "outreach:disclosure_remedy", lambda remedy: str(remedy.request)),
    parties={
        "city_officer": Party("市级经办", holding(Role.CITY_OFFICER)),
        "city_legal": Party("市级法制", holding(Role.CITY_LEGAL)),
        "city_checker": Party("市级审核", holding(Role.CITY_CHECKER)),
    },
    events={BEGUN: Event(informed=INSIDE, message=MOVED)},
    steps={
        **PROCEEDINGS,
        "reply": replace(PROCEEDINGS["reply"], informed=("city_legal",)),
        "ordinary": replace(PROCEEDINGS["ordinary"], informed=("city_legal",)),
        "judge": replace(PROCEEDINGS["judge"], informed=INSIDE),
        "appeal": replace(PROCEEDINGS["appeal"], informed=INSIDE),
        "effect": replace(PROCEEDINGS["effect"], turn=("city_checker",)),
        "find": replace(PROCEEDINGS["find"], turn=("city_checker",)),
        "confirm": Step(effect=services.on_confirm, informed=("city_officer", "city_legal"), message=MOVED),
    },
)
