"""Permissions on municipal works."""

from districts.file.models.district import District
from districts.file.rules import is_bureau, is_preparer
from districts.plots.rules import bodies_for, own_bodies
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.enums import Department
from greendistrict.accounts.models import User


def lists_works(user: User, district: District) -> bool:
    """Whether the person may list the works without reading the file: departments check them from approval on, before the filing."""
    return is_bureau(user, district)


# Departments whose bodies register that a work is accepted or a key project in use.
ACCEPTING = (Department.HOUSING, Department.SUPERVISION, Department.TRANSPORT, Department.WATER, Department.GREENING)
ACCEPTING_WORDS = "住建、质量安全监督、交通、水务、绿化市容等主管部门"


def accepting_body(user: User, district: District) -> int | None:
    """Body of the district with one of these departments for which the person acts."""
    return next(bodies_for(user, district, ACCEPTING), None)


def records_work(user: User, work: Work) -> bool:
    """Whether the person registers acceptances: a body with one of these departments, or the applicant's preparer as 补录."""
    return is_preparer(user, work.district) or accepting_body(user, work.district) is not None


def withdraws_work(user: User, work: Work) -> bool:
    """Whether the person withdraws an acceptance: the body that registered it; of an older one, whoever may register."""
    if work.accepted_by_id is None:
        return records_work(user, work)
    return work.accepted_by_id in own_bodies(user)


def records_use(user: User, project: KeyProject) -> bool:
    """Whether the person registers that a key project is in use: as for works."""
    return is_preparer(user, project.district) or accepting_body(user, project.district) is not None
