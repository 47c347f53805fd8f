"""Procedure of a yearly report (七（三）4, 八（四）): facts, effects and recipients of its steps."""

from assessments.common.services import district_parties, event_note, step_note
from assessments.yearly_reports import services
from assessments.yearly_reports.lifecycle import YEARLY_REPORT
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors import comparison
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import BEGUN, Event, Procedure, Step, row_lock

MESSAGE = Message.YEARLY_REPORT


REPORT_STEPS = Procedure(
    machine=YEARLY_REPORT,
    lock=row_lock(YearlyReport, "district"),
    words=step_note(YEARLY_REPORT, "assessments:yearly_report"),
    facts={
        "blocking": comparison.blocking,
        "comparison": comparison.comparison_fact,
        "filed": comparison.filed_contents,
    },
    parties=district_parties(lambda report: report.district),
    events={BEGUN: Event(turn=("filler",), message=MESSAGE, words=event_note("开始填报", "assessments:yearly_report"))},
    steps={
        "hand_up": Step(facts=("blocking",), effect=services.on_hand_up, turn=("reviewer",), message=MESSAGE),
        "take_back": Step(),
        "send_back": Step(turn=("filler",), message=MESSAGE),
        "sign": Step(
            facts=("blocking", "filed"),
            effect=services.on_sign,
            makes=("number", "paper_code"),
            turn=("city_officer",),
            informed=("authority",),
            message=MESSAGE,
        ),
        "recall": Step(informed=("city_officer",), message=MESSAGE),
        "return": Step(turn=("applicant",), message=MESSAGE),
        "verified": Step(
            facts=("filed",),
            effect=services.on_sign,
            makes=("number", "paper_code"),
            turn=("city_officer",),
            informed=("applicant", "authority"),
            message=MESSAGE,
        ),
        "receive": Step(facts=("comparison",), effect=services.on_receive, informed=("applicant", "authority"), message=MESSAGE),
    },
)
