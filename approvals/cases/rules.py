"""Permissions on cases: short predicates, used by pages and API alike."""

from django.db.models import Model

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind, EndorsementMode
from districts.file.rules import bodies_as, is_authority, is_consultant
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.policy.rules import decides

CITY_HANDLERS = (Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.CITY_LEGAL)
SELF_FILED = frozenset({EndorsementMode.COMMITTEE_ITSELF, EndorsementMode.APPLICANT_IS_REGISTRAR})
FILINGS = ("filing", "filing_change")
EDITABLE = frozenset({CaseState.DRAFT, CaseState.CORRECTING, CaseState.REVISING})


def is_preparer(user: User, case: Case) -> bool:
    """Whether the person prepares for the applicant of this case."""
    return case.applicant_id in posts_of(user).organisations_as(Role.PREPARER)


def is_signer(user: User, case: Case) -> bool:
    """Whether the person reviews and signs for the applicant of this case."""
    return case.applicant_id in posts_of(user).organisations_as(Role.REVIEWER)


def is_designated_body(user: User, case: Case) -> bool:
    """Whether the person works for the body that checks first. No body endorses itself unless the city checks its originals."""
    if case.endorsement_mode not in SELF_FILED and case.applicant_id in bodies_as(user, Role.AUTHORITY):
        return False
    return is_authority(user, case.district)


def came_on_paper(case: Case) -> bool:
    """Whether the officer entered the case from paper (代录)."""
    return case.paper_entries.filter(action__in=FILINGS).exists()


def may_record_endorsement(user: User, case: Case) -> bool:
    """Whether the person may record 批复 and 报送函: the designated body, or the officer for a case on paper."""
    return is_designated_body(user, case) or (posts_of(user).has(Role.CITY_OFFICER) and came_on_paper(case))


def is_officer(user: User, case: Case) -> bool:
    """Whether the person handles cases at the city (经办)."""
    del case
    return posts_of(user).has(Role.CITY_OFFICER)


def is_checker(user: User, case: Case) -> bool:
    """Whether the person checks at the city (审核)."""
    del case
    return posts_of(user).has(Role.CITY_CHECKER)


def is_legal(user: User, case: Case) -> bool:
    """Whether the person checks the legality of adverse decisions at the city (法制)."""
    del case
    return posts_of(user).has(Role.CITY_LEGAL)


def is_director(user: User, case: Case) -> bool:
    """Whether the person decides at the city (审定)."""
    del case
    return posts_of(user).has(Role.CITY_DIRECTOR)


def decided_as(case: Case) -> str:
    """Key of the decision in the setting ``director_decides``."""
    return str(case.loss.ground) if case.kind == CaseKind.LOSS else "grant"


def decides_case(user: User, case: Case) -> bool:
    """Whether the person decides this case: 审定, or 审核 where the settings say so."""
    return decides(user, decided_as(case))


def decides_extension(user: User, _case: Case) -> bool:
    """Whether the person decides on extensions of deadlines."""
    return decides(user, "extend")


def is_secretary(user: User, case: Case) -> bool:
    """Whether the person belongs to the secretariat."""
    del case
    return posts_of(user).has(Role.SECRETARIAT)


def is_city(user: User) -> bool:
    """Whether the person holds a city post that handles cases."""
    return posts_of(user).has(*CITY_HANDLERS)


def may_edit_case(user: User, case: Case) -> bool:
    """Whether the person may edit fields and files now: preparer or consultant while the applicant holds the case.

    A draft change that arrived on paper is filled in by the officer too, because the paper states all of it.
    """
    if case.status not in EDITABLE:
        return False
    return is_preparer(user, case) or is_consultant(user, case.district) or _fills_in_paper(user, case)


def _fills_in_paper(user: User, case: Case) -> bool:
    return case.kind == CaseKind.CHANGE and case.status == CaseState.DRAFT and is_officer(user, case) and came_on_paper(case)


def may_ask_questions(user: User, case: Case) -> bool:
    """Whether the person may ask pre-review questions: officer or secretary, between receipt and the experts' review."""
    return case.status == CaseState.ACCEPTED and (is_officer(user, case) or is_secretary(user, case))


def may_answer_questions(user: User, case: Case) -> bool:
    """Whether the person may answer pre-review questions: the applicant's people and the consultant, in the same period."""
    own = is_preparer(user, case) or is_signer(user, case) or is_consultant(user, case.district)
    return case.status == CaseState.ACCEPTED and own


def may_announce(user: User) -> bool:
    """Whether the person may draft and publish announcement batches."""
    return posts_of(user).has(Role.CITY_OFFICER)


def may_approve_announcement(user: User) -> bool:
    """Whether the person approves a batch before publication (setting ``approval_chain``: 公告须审定)."""
    return posts_of(user).has(Role.CITY_DIRECTOR)


def may_record_visit(user: User, case: Case) -> bool:
    """Whether the person may record the site visit: officer or secretary."""
    return is_officer(user, case) or is_secretary(user, case)


def is_city_officer(user: User, _obj: Model) -> bool:
    """Whether the person handles matters at the city (经办), independent of the object."""
    return posts_of(user).has(Role.CITY_OFFICER)


def is_city_checker(user: User, _obj: Model) -> bool:
    """Whether the person checks at the city (审核), independent of the object."""
    return posts_of(user).has(Role.CITY_CHECKER)


def is_city_director(user: User, _obj: Model) -> bool:
    """Whether the person decides at the city (审定), independent of the object."""
    return posts_of(user).has(Role.CITY_DIRECTOR)


def proposed(user: User, proposal: Model) -> bool:
    """Whether the person proposed this setting change."""
    return getattr(proposal, "proposed_by_id", None) == user.pk


def may_propose_setting(user: User) -> bool:
    """Whether the person may propose a value for a setting."""
    return posts_of(user).has(Role.CITY_OFFICER)


def reads_settings(user: User) -> bool:
    """Whether the person may read the settings with their history and proposals: city posts only."""
    return is_city(user)


def may_set_mode(user: User, case: Case) -> bool:
    """Whether the person may set which bodies must endorse: the preparer of a draft, the officer before receipt."""
    drafting = case.status in EDITABLE and is_preparer(user, case)
    return case.kind == CaseKind.APPLICATION and (drafting or (case.status == CaseState.SENT and is_officer(user, case)))


def may_answer_consultation(user: User, consultation: Model) -> bool:
    """Whether the person may answer: the department's people, or the officer who enters its letter."""
    department = getattr(consultation, "department_id", None)
    return department in posts_of(user).organisations_as(Role.PARTNER) or posts_of(user).has(Role.CITY_OFFICER)


def may_work_in_bulk(user: User) -> bool:
    """Whether the person may use bulk actions: the city's officer."""
    return posts_of(user).has(Role.CITY_OFFICER)
