"""Permissions on municipal works."""

from districts.file.models.district import District
from districts.file.rules import is_bureau, is_preparer
from districts.plots.rules import bodies_for, own_bodies
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.enums import Department
from greendistrict.accounts.selectors import HeldPosts


def lists_works(held: HeldPosts, district: District) -> bool:
    """Whether the person may list the works without reading the file: departments check them from approval on, before the filing."""
    return is_bureau(held, district)


# Departments whose bodies register that a work is accepted or a key project in use.
ACCEPTING = (Department.HOUSING, Department.SUPERVISION, Department.TRANSPORT, Department.WATER, Department.GREENING)
ACCEPTING_WORDS = "住建、质量安全监督、交通、水务、绿化市容等主管部门"


def accepting_body(held: HeldPosts, district: District) -> int | None:
    """Body of the district with one of these departments for which the person acts."""
    return next(bodies_for(held, district, ACCEPTING), None)


def records_work(held: HeldPosts, work: Work) -> bool:
    """Whether the person registers acceptances: a body with one of these departments, or the applicant's preparer as 补录."""
    return is_preparer(held, work.district) or accepting_body(held, work.district) is not None


def withdraws_work(held: HeldPosts, work: Work) -> bool:
    """Whether the person withdraws an acceptance: the body that registered it; of an older one, whoever may register."""
    if work.accepted_by_id is None:
        return records_work(held, work)
    return work.accepted_by_id in own_bodies(held)


def records_use(held: HeldPosts, project: KeyProject) -> bool:
    """Whether the person registers that a key project is in use: as for works."""
    return is_preparer(held, project.district) or accepting_body(held, project.district) is not None
