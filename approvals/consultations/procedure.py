"""Events of a consultation in the procedures of the kinds of case that allow it: receivers and message texts."""

from collections.abc import Iterable

from django.urls import reverse

from approvals.cases.procedure import case_event, event_words
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holding
from greendistrict.notifications.enums import Message
from greendistrict.workflow.declaration import Values
from greendistrict.workflow.procedure import Party, Taken


def _department(values: Values) -> Iterable[User]:
    return holding(Role.PARTNER, organisation_ids={values["consultation"].department_id})


def _page(taken: Taken) -> str:
    return reverse("approvals:consultation", args=[taken.values["consultation"].pk])


def _cases(_taken: Taken) -> str:
    """Link to the case list, because the department no longer sees a cancelled consultation."""
    return reverse("approvals:case_list")


CONSULTED = {
    "department": Party("被征询的部门", of_values=_department),
    "asker": Party("征询人", of_values=lambda values: [values["consultation"].asked_by]),
}
CONSULTATION_EVENTS = {
    "consult_department": case_event(turn=("department",), words=event_words("征询意见", _page)),
    "answer_consultation": case_event(
        informed=("asker",), message=Message.CASE_MOVED, words=event_words("{consultation.department.name}已答复")
    ),
    "drop_consultation": case_event(informed=("department",), message=Message.CASE_MOVED, words=event_words("部门意见不再征询", _cases)),
}
