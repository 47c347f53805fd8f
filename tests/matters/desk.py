"""What of each kind of matter is a choice and not owed, and the steps that wait for somebody and so are on a desk."""

from django.db.models import Model

from districts.plots.guards import BACKFILLER
from districts.plots.lifecycle import TABLES
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.machine import Machine, Question, facts_read
from greendistrict.workflow.services import may_take
from portal.todo.selectors import tasks_of
from tests.matters.matter import Matter

RECORDED = "entered when it has happened outside; a district has hundreds of plots, and the board of plots lists them by step"
KEEPERS_CHOICE = "the keeper's choice at any time"
# Steps a person may take but that do not wait for the person: “step” of any machine, “machine.step”, or “machine.step@state”.
OPTIONS = {
    "discard": "giving up is never owed",
    "take_back": "taking back what one handed up oneself",
    "recall": "a right until it is received",
    "withdraw": "a right until it is decided",
    "step_back": "a step entered by mistake",
    "enter_sign": "entered for somebody who came on paper",
    "enter_send_up": "as above",
    "enter_answer": "as above",
    "enter_withdrawal": "as above",
    "enter_statement": "as above",
    "call_assessment": "the director's choice when findings are serious",
    "close_unmended": "the officer's choice when the term of the rectification is over",
    "ask_extension": "a right while the term runs",
    "recheck": "the officer's turn, which the secretariat may take for it",
    "expert.remove": KEEPERS_CHOICE,
    "expert.invite_again": KEEPERS_CHOICE,
    "panel_member.recuse@accepted": "a duty of the expert when a reason appears; nothing tells of it but the expert",
    "panel_member.drop_out": "the secretariat's when an expert falls out",
    "panel_member.release": "the secretariat's when a recusal is confirmed",
    "row_share.reopen": "the giver's choice when something in a signed part is wrong",
    "extension.refuse@asked": "the director's right before the officer has looked at it",
    "remedy.ordinary": RECORDED,
    "remedy.stay": RECORDED,
    "remedy.lift": RECORDED,
    "remedy.find": "once the outcome is in force; no day asks for it",
    "remedy.judge": "once the judgment was served; no day asks for it",
    "remedy.appeal": "a right while the term runs",
    "disclosure_remedy.ordinary": RECORDED,
    "disclosure_remedy.find": "once the outcome is in force; no day asks for it",
    "disclosure_remedy.judge": "once the judgment was served; no day asks for it",
    "disclosure_remedy.appeal": "a right while the term runs",
    "amendment.drop@proposed": "the officer's choice when a correction is not wanted any more",
    "rectification.refuse": "the right of the two who agree; whose turn it is has it on the desk",
    "setting.refuse@proposed": "the director's right before the checker has agreed",
    "setting_sheet.refuse@proposed": "as above",
    "reserve_project.list": "entered when the paper of the national library is there",
    "reserve_project.remove": "the seat's choice at any time",
    "story.reopen": "a right of who wrote it",
    "exchange_event.revise": "the organiser's choice when something of a published event changes",
    "exchange_event.cancel": "the organiser's choice when an event does not take place",
    "review_opinion.reply@replied": "a right until it is compared",
    "stage_opinion.reply@replied": "as above",
    "year_closing.correct": "the director's choice when a figure of a closed year is wrong",
    "year_closing.keep": "the director's choice when nothing has to be corrected",
    "archive_volume.submit": "the officer's: once a volume is submitted it waits for the check",
    "archive_volume.reopen": "the checker's choice when a closed volume is not whole",
    "archive_volume.hand_over": "when the archive office takes the year's volumes",
    "edition.freeze": "done by itself when the first table is submitted",
    "edition.supersede": "the director's choice when a new standard comes",
    "edition.revise": "the choice not to check, or to take back",
    **{f"{machine.name}.{step.action}": RECORDED for machine in TABLES.values() for step in machine.transitions
       if BACKFILLER in step.seats or step.action == "step_back"},
}  # fmt: skip
# Steps that wait from a day or a fact that no state tells; their tasks have tests of their own, named here.
CONDITIONAL = {
    "close_notice": "test_objections_are_a_task_with_a_day",
    "close_notice_to_decide": "test_objections_are_a_task_with_a_day",
    "lapse": "test_a_hearing_whose_term_is_over_is_on_the_officers_desk",
    "extend": "stage: once more time was asked for",
    "refuse_extension": "as above",
    "inspection_finding.report": "finding: once there is a reply to report",
    "inspection.close": "test_an_inspection_is_on_the_desk_until_it_is_issued_and_when_it_can_be_closed",
}
NO_TASK = OPTIONS.keys() | CONDITIONAL.keys()
# Machines whose steps nobody is offered as such.
ELSEWHERE = {
    "announcement": "test_an_announcement_waits_for_its_approval_and_then_for_its_day",
    "district": "its stage is moved by the decision about a title",
    "score_table": "moved by the self-check, case or stage assessment around it",
    "review": "test_every_step_of_a_review_is_on_the_desk_of_who_takes_it: its steps depend on facts of the panel",
}


def on_desk(user: User, link: str) -> bool:
    """Whether a task of the person leads to the address or below it."""
    return any(task.link.startswith(link) for task in tasks_of(Viewer(user)))


def owed(machine: Machine, obj: Model, user: User) -> set[str]:
    """Steps that wait for a person: those of the own seats, whatever facts still stand against them."""
    state, question = getattr(obj, machine.field), Question(obj, posts_of(user), typed=False)
    mine = [one for one in machine.leaving(state) if may_take(one, obj, user)]
    found = {one.action for one in mine if not any(tuple(guard(question)) for guard in one.guards if not facts_read(guard))}
    return {step for step in found if not NO_TASK & {step, f"{machine.name}.{step}", f"{machine.name}.{step}@{state}"}}


def missing(matter: Matter) -> list[tuple[str, set[str]]]:
    """Seats, with the steps they owe, on whose desk the matter is not."""
    matter.wait()
    found = []
    for seat, user in matter.seats().items():
        obj = matter.fresh()  # nothing that one seat has read is kept for the next
        steps = owed(matter.machine, obj, user)
        if steps and matter.sees(user) and not on_desk(user, matter.task()):
            found.append((seat, steps))
    return found
