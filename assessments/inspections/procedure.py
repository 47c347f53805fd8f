"""Procedures of an inspection and of its findings (八（四）): facts, effects and recipients of their steps."""

from django.urls import reverse

from assessments.common.services import district_parties
from assessments.inspections import selectors, services
from assessments.inspections.lifecycle import INSPECTION, INSPECTION_FINDING
from assessments.inspections.models import Inspection, InspectionFinding
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Note, Procedure, Step, Taken, row_lock

MESSAGE = Message.INSPECTION


def _inspection_note(taken: Taken) -> Note:
    transition = INSPECTION.find(taken.record.action, taken.record.source)
    return _note(taken.obj, f"{taken.obj}：{transition.label if transition else taken.record.action}", taken)


def _finding_note(taken: Taken) -> Note:
    state = INSPECTION_FINDING.state(taken.record.target)
    return _note(taken.obj.inspection, f"{taken.obj}：{state.label}", taken)


def _note(inspection: Inspection, title: str, taken: Taken) -> Note:
    link = reverse("assessments:inspection", args=[inspection.pk])
    return Note(title, taken.record.reason, link, inspection.district.is_demo)


INSPECTION_STEPS = Procedure(
    machine=INSPECTION,
    lock=row_lock(Inspection, "district__edition"),
    words=_inspection_note,
    facts={
        "open": selectors.count_open,
        "serious": selectors.count_serious,
        "pilot": selectors.is_pilot,
        "running": selectors.running_assessment,
    },
    parties=district_parties(lambda inspection: inspection.district),
    waits={"issued": lambda inspection: ("applicant",) if selectors.has_unanswered(inspection) else ("city_officer",)},
    steps={
        "issue": Step(
            effect=services.on_issue,
            makes=("number", "paper_code"),
            turn=("applicant",),
            informed=("authority",),
            message=Message.LEGAL_NOTICE,  # 整改通知书
            informed_message=Message.LEGAL_NOTICE,
        ),
        "discard": Step(),
        "close": Step(facts=("open",), effect=services.on_close, informed=("applicant", "authority"), message=MESSAGE),
        "call_assessment": Step(
            facts=("serious", "pilot", "running"),
            effect=services.on_call_assessment,
            makes=("stage_assessment",),
            turn=("applicant",),
            informed=("authority", "city_officer"),
            message=MESSAGE,
        ),
    },
)

FINDING_STEPS = Procedure(
    machine=INSPECTION_FINDING,
    lock=row_lock(InspectionFinding, "inspection__district"),
    words=_finding_note,
    parties=district_parties(lambda finding: finding.inspection.district),
    steps={
        "report": Step(effect=services.on_report, turn=("city_officer",), message=MESSAGE),
        "accept": Step(effect=services.on_accept, informed=("applicant",), message=MESSAGE),
        "refuse": Step(turn=("applicant",), message=MESSAGE),
    },
)
