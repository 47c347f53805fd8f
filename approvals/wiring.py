"""Entries of this app in its own registries and in those of other apps; called once when the models are ready."""

from approvals.acceptances import lifecycle as acceptance
from approvals.acceptances.facts import acceptance_verdicts
from approvals.acceptances.procedure import ACCEPTANCE_STEPS
from approvals.amendments.procedure import AMENDMENT_STEPS
from approvals.amendments.selectors import AMENDMENT_NUMBERS
from approvals.applications import lifecycle as application
from approvals.applications.facts import verdicts_of
from approvals.applications.procedure import APPLICATION_STEPS
from approvals.applications.services import conclusions
from approvals.cases import rules
from approvals.cases.document_numbers import register_numbered
from approvals.cases.dossier import register_part
from approvals.cases.lifecycle.machines import register_machine
from approvals.cases.models.cases import Case
from approvals.cases.selectors import cases, materials, urged
from approvals.cases.selectors.numbering import DECISION_NUMBERS
from approvals.cases.verdicts import register_verdicts
from approvals.casework.file_lock import HELD_BY_CASE, follow_applicant
from approvals.casework.filing import filed as filed_by_case
from approvals.casework.letters.sources import SOURCES
from approvals.casework.selectors.dossier import PARTS
from approvals.casework.selectors.papers import KINDS
from approvals.changes import change_kinds  # noqa: F401 -- registers at import
from approvals.changes import lifecycle as change
from approvals.changes.procedure import CHANGE_STEPS
from approvals.common.enums import CaseKind
from approvals.consultations import rules as consultations_rules
from approvals.letter_texts.procedure import LETTER_WORDING_STEPS
from approvals.losses import lifecycle as loss
from approvals.losses import selectors as losses
from approvals.losses.models import LossFile, RecordedAssessment
from approvals.losses.procedure import LOSS_STEPS
from approvals.losses.services import failures
from approvals.opinions import selectors as opinions
from approvals.opinions.models import ReviewOpinion
from approvals.opinions.procedure import OPINION_STEPS
from approvals.publicity import selectors as public
from approvals.publicity.procedure import ANNOUNCEMENT_STEPS
from approvals.remedies.procedure import REMEDY_STEPS
from approvals.remedies.selectors import REMEDY_NUMBERS
from approvals.requests.procedure import EXTENSION_STEPS, RECTIFICATION_STEPS
from approvals.settings.procedure import SETTING_STEPS
from approvals.titles import selectors as titles
from approvals.titles.models.checks import HistoricSelfCheck
from approvals.titles.models.publicity import Announcement
from assessments.common import recorded_assessments
from assessments.common.enums import Purpose
from assessments.opinions.rules import may_reply_opinion
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.reviews.lifecycle.review import REVIEW
from assessments.score_releases.registry import score_sources
from assessments.self_checks.registry import report_figures
from assessments.stage_assessments.lifecycle.stage import STAGE_ASSESSMENT
from districts.file import disclosure, file_locks
from districts.file.rules import own_side_by
from greendistrict.accounts import acting
from greendistrict.accounts.enums import CITY, Role
from greendistrict.core import papers
from greendistrict.documents.registry import register_owner, register_reader
from greendistrict.notifications.enums import Message
from greendistrict.workflow import declaration, letters
from greendistrict.workflow import urged as urgings
from greendistrict.workflow.dry_run import decisive_acts
from greendistrict.workflow.registry import on

PROCEDURES = (
    SETTING_STEPS,
    LETTER_WORDING_STEPS,
    LOSS_STEPS,
    CHANGE_STEPS,
    EXTENSION_STEPS,
    RECTIFICATION_STEPS,
    OPINION_STEPS,
    ANNOUNCEMENT_STEPS,
    AMENDMENT_STEPS,
    REMEDY_STEPS,
)

# Audited acts of the officer apart from steps; the audit record names the deputy and the person represented.
OFFICERS_ACTS = (
    "acceptance.start", "application.consult", "approvals.enter", "approvals.record_assessment", "bulk.carry_out", "bulk.undo",
    "decision.number", "loss.start", "notice.answer_objection", "notice.extend", "rectification.propose", "rectification.write",
    "amendment.propose", "remedy.record", "title.stay", "title.carry_out",
)  # fmt: skip


def wire() -> None:
    """Fill every registry, one function per group of registries."""
    acting.acts_of((Role.CITY_OFFICER,), *OFFICERS_ACTS)
    acting.acts_of(CITY, "approvals.check_assessment", "approvals.return_assessment")
    acting.acts_of((Role.PREPARER, Role.CITY_OFFICER), "application.start", "change.start")
    acting.acts_of((Role.REVIEWER, Role.CITY_OFFICER), "extension.ask")
    acting.acts_of((Role.PREPARER,), "application.replace_document", "application.remove_document")
    _kinds_of_case()
    _papers()
    _files()
    _steps()
    for key, words in DECISIVE.items():
        decisive_acts.register(key, words)


# Steps that cannot be taken back: they are asked twice, with what they will do.
DECISIVE = {
    "setting.decide": "审定参数",
    "letter_wording.decide": "审定文书文本",
    "announcement.approve": "审定公告批次的名单",
    "announcement.publish": "公告，授予或者终止称号",
    "amendment.approve": "审定公告的更正或撤回",
    "amendment.publish": "公布公告的更正或撤回",
    **{f"{kind}.{action}": words for kind in ("application", "acceptance") for action, words in (
        ("open_notice", "公示"), ("decide", "审定同意授予称号"), ("decide_failed", "审定不通过"),
    )},
    "loss.decide": "审定取消或撤销称号",
    "loss.decide_not": "审定不予取消或撤销",
    "change.approve": "同意变更，随即生效",
    "change.decide": "审定同意变更，随即生效",
    "change.refuse": "审定不同意变更",
    "rectification.rectify": "审定更正登记",
    "remedy.confirm": "审定复议、诉讼的结果",
    "remedy.confirm_redo": "审定复议、诉讼的结果，重新作出决定",
}  # fmt: skip


def _kinds_of_case() -> None:
    """Machine and facts of each kind of case, in the order in which lists show states."""
    register_machine(CaseKind.APPLICATION, application.APPLICATION)
    register_machine(CaseKind.ACCEPTANCE, acceptance.ACCEPTANCE)
    register_machine(CaseKind.LOSS, loss.LOSS)
    register_machine(CaseKind.CHANGE, change.CHANGE)
    for steps in (APPLICATION_STEPS, ACCEPTANCE_STEPS):
        declaration.register(steps, messages=Message.values)
    register_verdicts(CaseKind.APPLICATION, verdicts_of)
    register_verdicts(CaseKind.ACCEPTANCE, acceptance_verdicts)


def _papers() -> None:
    """Numbered papers, verifiable papers, letters, and parts of a decision's dossier."""
    for paper in (DECISION_NUMBERS, losses.NOTICE_NUMBERS, titles.ANNOUNCEMENT_NUMBERS, AMENDMENT_NUMBERS, REMEDY_NUMBERS):
        register_numbered(paper)
    for part in PARTS:
        register_part(part)
    for kind in KINDS:
        papers.register(kind)
    for source in SOURCES:
        letters.register(source)
    report_figures.register("opinions", opinions.CLOSED)
    score_sources.register(Purpose.APPLICATION, public.ANNOUNCED_SCORES)
    score_sources.register(Purpose.ACCEPTANCE, public.ANNOUNCED_SCORES)


def _files() -> None:
    """Owners of files, and locks of a district's file."""
    register_owner(LossFile, losses.loss_files_visible_to, lambda held, _owner: rules.is_city(held))
    own = own_side_by("district")
    register_owner(RecordedAssessment, losses.recorded_visible_to, lambda held, _owner: rules.may_announce(held), on_side=own)
    register_owner(Case, cases.cases_visible_to, consultations_rules.may_add_file, on_side=own)
    register_owner(Announcement, public.announcements_visible_to, lambda held, _announcement: rules.may_announce(held))
    register_owner(HistoricSelfCheck, titles.historic_checks_visible_to, lambda held, _owner: rules.may_work_in_bulk(held), on_side=own)
    register_owner(ReviewOpinion, opinions.opinions_visible_to, may_reply_opinion, on_side=own_side_by("case.district"))
    register_reader("plan", materials.reads_plan)
    file_locks.register("case", HELD_BY_CASE)
    disclosure.register("case", filed_by_case)
    file_locks.register_follower("case", follow_applicant)


def _steps() -> None:
    """Handlers of steps of other features and apps; recorded assessments; bulk reminders."""
    recorded_assessments.register(losses.recorded_stages)
    for steps in PROCEDURES:
        declaration.register(steps, messages=Message.values)
    urgings.register("bulk", urged.urged_in_bulk)
    on(REVIEW, "conclude", conclusions.review_concluded)
    on(STAGE_ASSESSMENT, "disqualify", failures.assessment_failed)
    on(POST_EVALUATION, "disqualify", failures.assessment_failed)
