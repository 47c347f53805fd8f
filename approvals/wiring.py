"""Entries of this app in its own registries and in those of other apps; called once when the models are ready."""

from approvals.acceptances.facts import acceptance_verdicts
from approvals.amendments.selectors import AMENDMENT_NUMBERS
from approvals.applications.facts import verdicts_of
from approvals.applications.services.cases import review_concluded
from approvals.cases import rules
from approvals.cases.document_numbers import register_numbered
from approvals.cases.dossier import register_part
from approvals.cases.lifecycle import case_machines
from approvals.cases.models.cases import Case
from approvals.cases.provisions import MATERIALS
from approvals.cases.selectors import materials
from approvals.cases.selectors.cases import DECISION_NUMBERS, cases_visible_to
from approvals.cases.verdicts import register_verdicts
from approvals.casework.file_lock import CASES_ON_FILE
from approvals.casework.letters import KINDS
from approvals.casework.selectors.dossier import PARTS
from approvals.casework.selectors.titles_on_day import titles_held_on
from approvals.common.enums import CaseKind
from approvals.consultations.selectors import may_add_file
from approvals.losses import selectors as losses
from approvals.losses import services as failures
from approvals.losses.models import LossFile, RecordedAssessment
from approvals.opinions import selectors as opinions
from approvals.opinions.models import ReviewOpinion
from approvals.policy_life.models import PolicyDocument
from approvals.policy_life.selectors import policy_documents_visible_to
from approvals.policy_life.services import may_register
from approvals.publicity import selectors as public
from approvals.remedies.selectors import REMEDY_NUMBERS
from approvals.titles import selectors as titles
from approvals.titles.models.corrections import TitleCorrection, correction_writers
from approvals.titles.models.publicity import Announcement, HistoricSelfCheck
from approvals.titles.services.corrections import correct_recorded
from assessments.common import recorded_assessments
from assessments.common.enums import Purpose
from assessments.opinions.rules import may_reply_opinion
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.reviews.lifecycle.review import REVIEW
from assessments.score_releases.sources import score_sources
from assessments.self_checks.letters import titles_on
from assessments.self_checks.report import report_figures
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT
from districts.file.file_locks import cases_on_file
from districts.file.rules import own_side_by
from greendistrict.documents.registry import register_owner, register_reader
from greendistrict.policy.provisions import provision_groups
from greendistrict.workflow.registry import on


def wire() -> None:
    """Fill every registry, one function per group of registries."""
    _kinds_of_case()
    _papers()
    _files()
    _steps()


def _kinds_of_case() -> None:
    """What the policy says to each kind of case, and what it does not."""
    provision_groups.register("materials", MATERIALS)
    register_verdicts(CaseKind.APPLICATION, verdicts_of)
    register_verdicts(CaseKind.ACCEPTANCE, acceptance_verdicts)


def _papers() -> None:
    """Numbered papers, and parts of a decision's dossier."""
    for paper in (DECISION_NUMBERS, losses.NOTICE_NUMBERS, titles.ANNOUNCEMENT_NUMBERS, AMENDMENT_NUMBERS, REMEDY_NUMBERS):
        register_numbered(paper)
    for part in PARTS:
        register_part(part)
    titles_on.register("titles", titles_held_on)
    report_figures.register("opinions", opinions.CLOSED)
    score_sources.register(Purpose.APPLICATION, public.ANNOUNCED_SCORES)
    score_sources.register(Purpose.ACCEPTANCE, public.ANNOUNCED_SCORES)


def _files() -> None:
    """Owners of files, and locks of a district's file."""
    register_owner(LossFile, losses.loss_files_visible_to, lambda held, _owner: rules.is_city(held))
    own = own_side_by("district")
    register_owner(RecordedAssessment, losses.recorded_visible_to, lambda held, _owner: rules.may_announce(held), on_side=own)
    register_owner(PolicyDocument, policy_documents_visible_to, lambda held, _owner: may_register(held))
    register_owner(Case, cases_visible_to, may_add_file, on_side=own)
    register_owner(Announcement, public.announcements_visible_to, lambda held, _announcement: rules.may_announce(held))
    register_owner(HistoricSelfCheck, titles.historic_checks_visible_to, lambda held, _owner: rules.may_work_in_bulk(held), on_side=own)
    register_owner(TitleCorrection, titles.corrections_visible_to, lambda held, _owner: rules.may_work_in_bulk(held))
    register_owner(ReviewOpinion, opinions.opinions_visible_to, may_reply_opinion, on_side=own_side_by("case.district"))
    register_reader("plan", materials.reads_plan)
    cases_on_file.register("case", CASES_ON_FILE)


def _steps() -> None:
    """Handlers of steps of other features and apps; corrections and assessments on record; letters of steps."""
    for kind, machine in case_machines().items():
        machine.named(*(action for letter in KINDS[kind] for action in letter.actions))
    correction_writers.register("titles", correct_recorded)
    recorded_assessments.register(losses.recorded_stages)
    recorded_assessments.register_days(losses.recorded_stage_days)
    on(REVIEW, "conclude", review_concluded)
    on(STAGE_ASSESSMENT, "disqualify", failures.assessment_failed)
    on(POST_EVALUATION, "disqualify", failures.assessment_failed)
