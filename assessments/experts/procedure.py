"""Procedure of a person in the expert pool: facts, effects and receivers of its steps."""

from django.urls import reverse

from assessments.common.services.parties import city_parties
from assessments.experts import selectors
from assessments.experts.lifecycle import EXPERT
from assessments.experts.models.experts import ExpertProfile
from assessments.experts.services import experts as services
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Note, Party, Procedure, Step, Taken, row_lock

MESSAGE = Message.EXPERT_POOL


def _note(taken: Taken, _step: Step) -> Note:
    """Message to the keepers about an answer, to the expert about an invitation or removal."""
    expert, action = taken.obj, taken.record.action
    if action == "invite_again":
        return services.invitation_of(expert)
    if action == "remove":
        return Note("已移出专家库", taken.record.reason, reverse("assessments:expert_me"), expert.is_demo)
    words = {"join": "已加入专家库", "decline": "未加入专家库"}[action]
    return Note(f"{expert}{words}", taken.record.reason, reverse("assessments:expert", args=[expert.pk]), expert.is_demo)


EXPERT_STEPS = Procedure(
    machine=EXPERT,
    lock=row_lock(ExpertProfile, "user"),
    words=_note,
    facts={"has_post": selectors.has_post, "employed": selectors.is_employed, "open_panels": selectors.open_panels},
    parties={**city_parties(), "expert": Party("专家本人", lambda expert, _source: [expert.user])},
    steps={
        "join": Step(facts=("has_post", "employed"), effect=services.on_join, informed=("secretariat",), message=MESSAGE),
        "decline": Step(informed=("secretariat",), message=MESSAGE),
        "remove": Step(facts=("open_panels",), informed=("expert",), message=MESSAGE),
        "invite_again": Step(turn=("expert",), message=MESSAGE),
    },
)
