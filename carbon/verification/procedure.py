"""Procedure of a verification (七（三）4): facts, effects and notified people of each step."""

from assessments.common.services import district_parties, event_note, step_note
from carbon.verification import selectors, services
from carbon.verification.lifecycle import CARBON_VERIFICATION
from carbon.verification.models import CarbonVerification
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import holding
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import BEGUN, Event, Party, Procedure, Step, row_lock

MESSAGE = Message.CARBON_INVENTORY
PARTIES = {
    **district_parties(lambda verification: verification.district),
    "second": Party("核查机构的另一人", lambda verification, _source: selectors.second_people(verification)),
    "verifier": Party("核查机构", lambda verification, _source: holding(Role.VERIFIER, organisation_ids={verification.body_id})),
}

VERIFICATION_STEPS = Procedure(
    machine=CARBON_VERIFICATION,
    lock=row_lock(CarbonVerification, "district", "body"),
    words=step_note(CARBON_VERIFICATION, "carbon:verification"),
    facts={
        "open": selectors.count_open,
        "unanswered": selectors.unanswered,
        "editing": selectors.editing,
        "frozen": selectors.to_freeze,
        "papers": selectors.count_papers,
    },
    parties=PARTIES,
    events={BEGUN: Event(turn=("verifier",), informed=("applicant",), message=MESSAGE, words=event_note("已委托", "carbon:verification"))},
    steps={
        "return": Step(facts=("open",), turn=("filler",), informed=("authority",), message=MESSAGE),
        "answer": Step(facts=("unanswered", "editing"), turn=("verifier",), message=MESSAGE),
        "hand_up": Step(
            facts=("open", "editing", "papers"), with_state=services.handed_up, turn=("second", "city_officer"), message=MESSAGE
        ),
        "send_back": Step(turn=("verifier",), message=MESSAGE),
        "sign": Step(
            facts=("open", "editing", "frozen", "papers"),
            effect=services.on_sign,
            informed=("applicant", "authority", "verifier"),
            message=MESSAGE,
        ),
        "withdraw": Step(informed=("verifier", "applicant"), message=MESSAGE),
    },
)
