"""Permissions on cases: short predicates, used by pages and API alike."""

from django.db.models import Model

from approvals.cases.enums import ANSWERABLE, CaseState
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind, EndorsementMode
from districts.file.rules import bodies_as, is_authority, is_consultant
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.policy.rules import decides

CITY_HANDLERS = (Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.CITY_LEGAL)
SELF_FILED = frozenset({EndorsementMode.COMMITTEE_ITSELF, EndorsementMode.APPLICANT_IS_REGISTRAR})
FILINGS = ("filing", "filing_change")
EDITABLE = frozenset({CaseState.DRAFT, CaseState.CORRECTING, CaseState.REVISING})


def is_preparer(held: HeldPosts, case: Case) -> bool:
    """Whether the person prepares for the applicant of this case."""
    return case.applicant_id in held.organisations_as(Role.PREPARER)


def is_signer(held: HeldPosts, case: Case) -> bool:
    """Whether the person reviews and signs for the applicant of this case."""
    return case.applicant_id in held.organisations_as(Role.REVIEWER)


def is_designated_body(held: HeldPosts, case: Case) -> bool:
    """Whether the person works for the body that checks first. No body endorses itself unless the city checks its originals."""
    if case.endorsement_mode not in SELF_FILED and case.applicant_id in bodies_as(held, Role.AUTHORITY):
        return False
    return is_authority(held, case.district)


def came_on_paper(case: Case) -> bool:
    """Whether the officer entered the case from paper (代录)."""
    return case.paper_entries.filter(action__in=FILINGS).exists()


def may_record_endorsement(held: HeldPosts, case: Case) -> bool:
    """Whether the person may record 批复 and 报送函: the designated body, or the officer for a case on paper."""
    return is_designated_body(held, case) or (held.has(Role.CITY_OFFICER) and came_on_paper(case))


def is_officer(held: HeldPosts, case: Case) -> bool:
    """Whether the person handles cases at the city (经办)."""
    del case
    return held.has(Role.CITY_OFFICER)


def is_checker(held: HeldPosts, case: Case) -> bool:
    """Whether the person checks at the city (审核)."""
    del case
    return held.has(Role.CITY_CHECKER)


def is_legal(held: HeldPosts, case: Case) -> bool:
    """Whether the person checks the legality of adverse decisions at the city (法制)."""
    del case
    return held.has(Role.CITY_LEGAL)


def is_director(held: HeldPosts, case: Case) -> bool:
    """Whether the person decides at the city (审定)."""
    del case
    return held.has(Role.CITY_DIRECTOR)


def decided_as(case: Case) -> str:
    """Key of the decision in the setting ``director_decides``."""
    return str(case.loss.ground) if case.kind == CaseKind.LOSS else "grant"


def decides_case(held: HeldPosts, case: Case) -> bool:
    """Whether the person decides this case: 审定, or 审核 where the settings say so."""
    return decides(held, decided_as(case))


def decides_extension(held: HeldPosts, _case: Case) -> bool:
    """Whether the person decides on extensions of deadlines."""
    return decides(held, "extend")


def is_secretary(held: HeldPosts, case: Case) -> bool:
    """Whether the person belongs to the secretariat."""
    del case
    return held.has(Role.SECRETARIAT)


def is_city(held: HeldPosts) -> bool:
    """Whether the person holds a city post that handles cases."""
    return held.has(*CITY_HANDLERS)


def may_edit_case(held: HeldPosts, case: Case) -> bool:
    """Whether the person may edit fields and files now: preparer or consultant while the applicant holds the case.

    A draft change that arrived on paper is filled in by the officer too, because the paper states all of it.
    """
    if case.status not in EDITABLE:
        return False
    return is_preparer(held, case) or is_consultant(held, case.district) or _fills_in_paper(held, case)


def _fills_in_paper(held: HeldPosts, case: Case) -> bool:
    return case.kind == CaseKind.CHANGE and case.status == CaseState.DRAFT and is_officer(held, case) and came_on_paper(case)


def may_ask_questions(held: HeldPosts, case: Case) -> bool:
    """Whether the person may ask pre-review questions: officer or secretary, between receipt and the experts' review."""
    return case.status == CaseState.ACCEPTED and (is_officer(held, case) or is_secretary(held, case))


def may_answer_questions(held: HeldPosts, case: Case) -> bool:
    """Whether the person may answer pre-review questions: the applicant's people and the consultant, until the review is asked for."""
    own = is_preparer(held, case) or is_signer(held, case) or is_consultant(held, case.district)
    return case.status in ANSWERABLE and own


def may_announce(held: HeldPosts) -> bool:
    """Whether the person may draft and publish announcement batches."""
    return held.has(Role.CITY_OFFICER)


def may_approve_announcement(held: HeldPosts) -> bool:
    """Whether the person approves a batch before publication (setting ``approval_chain``: 公告须审定)."""
    return held.has(Role.CITY_DIRECTOR)


def may_record_visit(held: HeldPosts, case: Case) -> bool:
    """Whether the person may record the site visit: officer or secretary."""
    return is_officer(held, case) or is_secretary(held, case)


def is_city_officer(held: HeldPosts, _obj: Model) -> bool:
    """Whether the person handles matters at the city (经办), independent of the object."""
    return held.has(Role.CITY_OFFICER)


def is_city_checker(held: HeldPosts, _obj: Model) -> bool:
    """Whether the person checks at the city (审核), independent of the object."""
    return held.has(Role.CITY_CHECKER)


def is_city_director(held: HeldPosts, _obj: Model) -> bool:
    """Whether the person decides at the city (审定), independent of the object."""
    return held.has(Role.CITY_DIRECTOR)


def proposed(held: HeldPosts, proposal: Model) -> bool:
    """Whether the person proposed this setting change."""
    return getattr(proposal, "proposed_by_id", None) == held.person


def may_propose_setting(held: HeldPosts) -> bool:
    """Whether the person may propose a value for a setting."""
    return held.has(Role.CITY_OFFICER)


def reads_settings(held: HeldPosts) -> bool:
    """Whether the person may read the settings with their history and proposals: city posts only."""
    return is_city(held)


def may_set_mode(held: HeldPosts, case: Case) -> bool:
    """Whether the person may set which bodies must endorse: the preparer of a draft, the officer before receipt."""
    drafting = case.status in EDITABLE and is_preparer(held, case)
    return case.kind == CaseKind.APPLICATION and (drafting or (case.status == CaseState.SENT and is_officer(held, case)))


def may_answer_consultation(held: HeldPosts, consultation: Model) -> bool:
    """Whether the person may answer: the department's people, or the officer who enters its letter."""
    department = getattr(consultation, "department_id", None)
    return department in held.organisations_as(Role.PARTNER) or held.has(Role.CITY_OFFICER)


def may_work_in_bulk(held: HeldPosts) -> bool:
    """Whether the person may use bulk actions: the city's officer."""
    return held.has(Role.CITY_OFFICER)
