"""Procedure of a stage assessment (八（二）): forms, facts, effects and recipients of its steps."""

from collections.abc import Iterable

from assessments.common.services import district_parties, event_note, people_of, step_note
from assessments.opinions.procedure import opinion_steps
from assessments.stage_assessments import services
from assessments.stage_assessments.forms import JudgeForm
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT, STAGE_OPINION
from assessments.stage_assessments.models import StageAssessment, StageOpinion
from assessments.stage_assessments.selectors import stages as selectors
from greendistrict.accounts.models import User
from greendistrict.notifications.enums import Message
from greendistrict.policy.rules import is_directors
from greendistrict.workflow.procedure import BEGUN, Event, Party, Procedure, Step, row_lock

TODO, MOVED = Message.STAGE_TODO, Message.STAGE_MOVED
ABOUT = ("district", "table__district", "table__edition", "review")
ALL = ("applicant", "authority", "city_officer")


def _extenders(stage: StageAssessment, _source: str) -> Iterable[User]:
    """Recipients: 审定, and 审核 if the settings leave extensions to them."""
    return people_of(stage.district, ["city_director"] if is_directors("extend") else ["city_director", "city_checker"])


FILING = {
    "hand_up": Step(facts=("blocking",), effect=services.on_hand_up, turn=("reviewer",), message=TODO),
    "take_back": Step(effect=services.on_unlock),
    "send_back": Step(effect=services.on_unlock, turn=("filler",), message=TODO),
    "sign": Step(
        facts=("blocking",),
        effect=services.on_sign,
        makes=("number", "paper_code", "table_version"),
        turn=("city_officer", "secretariat"),
        informed=("authority",),
        message=TODO,
        informed_message=MOVED,
    ),
    "recall": Step(effect=services.on_recall, informed=("city_officer",), message=MOVED),
    "return": Step(effect=services.on_return, turn=("applicant",), message=TODO),
}
JUDGING = {
    "open_review": Step(
        effect=services.on_open_review,
        makes=("review",),
        turn=("secretariat",),
        informed=("applicant",),
        message=TODO,
        informed_message=MOVED,
    ),
    "review_concluded": Step(turn=("city_officer",), message=TODO),
    "propose": Step(form=JudgeForm, effect=services.on_propose, turn=("city_checker",), message=TODO),
    "check": Step(turn=("city_director",), message=TODO),
    "check_back": Step(turn=("city_officer",), message=TODO),
    "decide_back": Step(turn=("city_officer",), message=TODO),
    "qualify": Step(facts=("qualified", "short", "open_criteria"), effect=services.on_qualify, informed=ALL, message=MOVED),
    "disqualify": Step(
        facts=("qualified", "short", "open_criteria"),
        effect=services.on_disqualify,
        turn=("applicant",),
        informed=("authority", "city_officer"),
        message=Message.LEGAL_NOTICE,  # 整改通知书
        informed_message=Message.LEGAL_NOTICE,
    ),
}
MENDING = {
    "ask_extension": Step(
        facts=("overdue",),
        effect=services.on_ask_extension,
        turn=("extender",),
        informed=("city_officer",),
        message=TODO,
        informed_message=MOVED,
    ),
    "extend": Step(effect=services.on_extend, informed=("applicant", "city_officer"), message=MOVED),
    "refuse_extension": Step(effect=services.on_refuse_extension, informed=("applicant", "city_officer"), message=MOVED),
    "report_mended": Step(facts=("unreplied",), effect=services.on_report_mended, turn=("city_officer",), message=TODO),
    "recheck_pass": Step(facts=("opinions",), informed=("applicant", "authority"), message=MOVED),
    "recheck_return": Step(effect=services.on_recheck_return, turn=("applicant",), message=TODO),
    "close_unmended": Step(facts=("overdue", "open_terms"), informed=("applicant", "authority"), message=MOVED),
}
STAGE_STEPS = Procedure(
    machine=STAGE_ASSESSMENT,
    lock=row_lock(StageAssessment, *ABOUT),
    words=step_note(STAGE_ASSESSMENT, "assessments:stage"),
    facts={
        "blocking": selectors.blocking,
        "qualified": selectors.is_qualified,
        "short": selectors.short_aspects,
        "open_criteria": selectors.open_criteria,
        "overdue": selectors.overdue_since,
        "open_terms": selectors.open_terms,
        "unreplied": selectors.unreplied_musts,
        "opinions": selectors.open_musts,
    },
    parties=district_parties(lambda stage: stage.district) | {"extender": Party("市级审定", _extenders)},
    events={BEGUN: Event(turn=("filler",), message=TODO, words=event_note("开始填报", "assessments:stage"))},
    waits={
        "draft": lambda _stage: ("filler",),
        "rectifying": lambda stage: ("extender",) if stage.extension_asked else ("applicant",),
    },
    steps={**FILING, **JUDGING, **MENDING},
)
STAGE_OPINION_STEPS = opinion_steps(STAGE_OPINION, StageOpinion)
