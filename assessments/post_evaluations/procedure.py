"""Procedure of a post-evaluation (后评估, 八（二）): forms, effects and recipients of its steps."""

from assessments.common.services import district_parties, event_note, step_note
from assessments.post_evaluations import selectors, services
from assessments.post_evaluations.forms import PostJudgeForm
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.post_evaluations.models import PostEvaluation
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import BEGUN, Event, Procedure, Step, row_lock

MESSAGE = Message.POST_EVALUATION


POST_STEPS = Procedure(
    machine=POST_EVALUATION,
    lock=row_lock(PostEvaluation, "district"),
    words=step_note(POST_EVALUATION, "assessments:post"),
    facts={"short": selectors.short_aspects, "open_criterion": selectors.open_criterion},
    parties=district_parties(lambda found: found.district),
    events={
        BEGUN: Event(turn=("filler", "reviewer", "authority"), message=MESSAGE, words=event_note("：已抽中，请填报", "assessments:post"))
    },
    waits={"draft": lambda _found: ("filler",)},  # the drawing is told to all people of the district
    steps={
        "hand_up": Step(effect=services.on_hand_up, turn=("reviewer",), message=MESSAGE),
        "take_back": Step(),
        "send_back": Step(turn=("filler",), message=MESSAGE),
        "sign": Step(
            effect=services.on_sign, makes=("number", "paper_code"), turn=("city_officer",), informed=("authority",), message=MESSAGE
        ),
        "recall": Step(informed=("city_officer",), message=MESSAGE),
        "return": Step(turn=("applicant",), message=MESSAGE),
        "propose": Step(form=PostJudgeForm, effect=services.on_propose, turn=("city_checker",), message=MESSAGE),
        "check": Step(turn=("city_director",), message=MESSAGE),
        "check_back": Step(turn=("city_officer",), message=MESSAGE),
        "decide_back": Step(turn=("city_officer",), message=MESSAGE),
        "qualify": Step(
            facts=("short", "open_criterion"),
            effect=services.on_qualify,
            informed=("applicant", "authority", "city_officer"),
            message=MESSAGE,
        ),
        "disqualify": Step(
            facts=("short", "open_criterion"),
            effect=services.on_conclude,
            informed=("applicant", "authority", "city_officer"),
            message=MESSAGE,
        ),
    },
)
