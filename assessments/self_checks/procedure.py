"""Procedure of a yearly self-check (八（二）): facts, effects and recipients of its steps."""

from django.urls import reverse

from assessments.common.services import district_parties
from assessments.self_checks import services
from assessments.self_checks.forms import ReturnForm
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.selectors.self_checks import all_findings, blocking_texts
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import BEGUN, Event, Note, Procedure, Step, Taken, row_lock

TODO, RETURNED = Message.SELF_CHECK_TODO, Message.SELF_CHECK_RETURNED
WORDS = {"send_back": "退回填报", "sign": "已报送", "countersign": "已会签", "countersign_after": "已会签", "recall": "已撤回"}
CLEAN = ("blocking",)


def _note(taken: Taken) -> Note:
    check, record = taken.obj, taken.record
    words = WORDS.get(record.action, SELF_CHECK.state(record.target).label)
    return Note(f"{check}{words}", record.reason, reverse("assessments:selfcheck", args=[check.pk]), check.district.is_demo)


def _opening(taken: Taken) -> Note:
    check = taken.obj
    return Note(f"{check.year}年度自查开始填报", "", reverse("assessments:selfcheck", args=[check.pk]), check.district.is_demo)


SELF_CHECK_STEPS = Procedure(
    machine=SELF_CHECK,
    lock=row_lock(SelfCheck, "district", "table__district", "table__edition"),
    words=_note,
    facts={"blocking": lambda check, today: blocking_texts(all_findings(check, today))},
    parties=district_parties(lambda check: check.district),
    events={BEGUN: Event(turn=("filler",), message=Message.SELF_CHECK_OPENED, words=_opening)},
    waits={"filed": lambda _check: ("city_officer",)},  # a body that may countersign need not
    steps={
        "hand_up": Step(facts=CLEAN, effect=services.on_hand_up, turn=("reviewer",), message=TODO),
        "take_back": Step(effect=services.on_take_back),
        "send_back": Step(effect=services.on_take_back, turn=("filler",), message=RETURNED),
        "sign": Step(
            facts=CLEAN,
            effect=services.on_sign,
            makes=("number", "paper_code", "version"),
            turn=("city_officer", "authority"),
            message=TODO,
        ),
        "sign_for_countersign": Step(
            facts=CLEAN, effect=services.on_sign, makes=("number", "paper_code", "version"), turn=("authority",), message=TODO
        ),
        "countersign": Step(effect=services.on_countersign, turn=("city_officer",), message=TODO),
        "countersign_after": Step(effect=services.on_countersign, turn=("city_officer",), message=TODO),
        "decline": Step(form=ReturnForm, keeps=("findings",), effect=services.on_return, turn=("applicant",), message=RETURNED),
        "recall": Step(
            effect=services.on_recall,
            by_source={"filed": ((), ("city_officer", "authority")), "countersigning": ((), ("authority",))},
            message=TODO,
        ),
        "receive": Step(effect=services.on_receive, informed=("applicant", "authority"), message=Message.SELF_CHECK_RECEIVED),
        "return": Step(
            form=ReturnForm,
            keeps=("findings",),
            effect=services.on_return,
            turn=("applicant",),
            informed=("authority",),
            message=RETURNED,
        ),
    },
)
