"""Relations of people to a district, as short predicates for pages, API and machines."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.db.models import Q

from districts.common.enums import Stage
from districts.file.disclosure import Side, is_open_to
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock


def bodies_as(user: User, *roles: str) -> frozenset[int]:
    """Organisations in which a role is held, and the bodies above them: a 区专门机构 or a bureau acts for its government."""
    posts = [post for post in posts_of(user).posts if post.role in roles]
    own = {post.organisation_id for post in posts}
    return frozenset(own | {post.organisation.parent_id for post in posts if post.organisation.parent_id})


def mandate_in_force() -> Q:
    """Condition of a consultant's mandate that runs today."""
    day = clock.today()
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def is_preparer(user: User, district: District) -> bool:
    """Whether the person fills in for the district's applicant."""
    return district.applicant_id in posts_of(user).organisations_as(Role.PREPARER)


def is_reviewer(user: User, district: District) -> bool:
    """Whether the person signs off for the district's applicant."""
    return district.applicant_id in posts_of(user).organisations_as(Role.REVIEWER)


def is_consultant(user: User, district: District) -> bool:
    """Whether the person works for a consultant whose mandate is in force."""
    bodies = posts_of(user).organisations_as(Role.CONSULTANT)
    return bool(bodies) and district.mandates.filter(mandate_in_force(), organisation_id__in=bodies).exists()


def is_authority(user: User, district: District) -> bool:
    """Whether the person acts for one of the district's implementing bodies."""
    bodies = bodies_as(user, Role.AUTHORITY)
    return bool(bodies) and district.authorities.filter(pk__in=bodies).exists()


def is_bureau(user: User, district: District) -> bool:
    """Whether the person works in a bureau of one of the district's implementing bodies."""
    bodies = bodies_as(user, Role.BUREAU)
    return bool(bodies) and district.authorities.filter(pk__in=bodies).exists()


def may_edit_district(user: User, district: District) -> bool:
    """Whether the person fills in the district's file: the applicant's preparer, or the consultant it authorised."""
    return is_preparer(user, district) or is_consultant(user, district)


def is_own_side(user: User, district: District) -> bool:
    """Whether the person is of the applicant or acts for the leading body: the side that reads the district's classified files."""
    return is_preparer(user, district) or is_reviewer(user, district) or is_authority(user, district)


def own_side_by(path: str) -> Callable[[User, Any], bool]:
    """The same for an owner of files, whose district is found by this path of attributes."""
    district_of = attrgetter(path)
    return lambda user, owner: is_own_side(user, district_of(owner))


def may_authorise(user: User, district: District) -> bool:
    """Whether the person may say who the consultants are: the applicant's own people only."""
    return is_preparer(user, district) or is_reviewer(user, district)


def may_register(user: User) -> bool:
    """Whether the person may enter a district: an applicant's preparer or the city's officer."""
    return posts_of(user).has(Role.PREPARER, Role.CITY_OFFICER)


def may_read_file(user: User, district: District) -> bool:
    """Whether the person reads the inner file (plan, plots, projects).

    The district's own people and its authority always; city, secretariat and bureaus what was filed (``filed``); a partner after the title.
    """
    if any(holds(user, district) for holds in (is_preparer, is_reviewer, is_consultant, is_authority)):
        return True
    sides = [*sides_of(user), *([Side.BUREAU] if is_bureau(user, district) else [])]
    titled = posts_of(user).has(Role.PARTNER) and district.stage != Stage.CANDIDATE
    return titled or is_open_to(district, *sides)


def sides_of(user: User) -> list[Side]:
    """Sides on which the person reads filed districts whichever they are."""
    held = posts_of(user)
    return [*([Side.CITY] if held.is_city else []), *([Side.SECRETARIAT] if held.has(Role.SECRETARIAT) else [])]


def may_file_plan(user: User, authority: Organisation) -> bool:
    """Whether the person files the yearly implementation plan of this authority (六（三）)."""
    return authority.pk in bodies_as(user, Role.AUTHORITY)


def works_on_system(user: User, district: District) -> bool:
    """Whether the person sees the district's indicator system before it is handed up: its applicant's people and consultant."""
    return may_edit_district(user, district) or is_reviewer(user, district)


def fills_plot(user: User, district: District) -> bool:
    """Whether the person enters values, opinions and findings of plots and works: who edits the file, and the district's bureaus."""
    return may_edit_district(user, district) or is_bureau(user, district)


def answering_bodies(user: User) -> frozenset[int]:
    """Organisations for which the person answers a question about a plot: bureaus, 区专门机构, the city's officers."""
    posts = [post for post in posts_of(user).posts if post.role in (Role.BUREAU, Role.AUTHORITY, Role.CITY_OFFICER)]
    return frozenset(post.organisation_id for post in posts)


def may_enter_key_areas(user: User) -> bool:
    """Whether the person enters the extents of the key areas (四（二）)."""
    return posts_of(user).has(Role.CITY_OFFICER)


def may_watch(user: User) -> bool:
    """Whether the person watches how the authorities get on: the city and its secretariat."""
    held = posts_of(user)
    return held.is_city or held.has(Role.SECRETARIAT)


def may_designate(user: User, authority: Organisation) -> bool:
    """Whether the person records the authority's designated body (五（二）): for the authority, or as the city's officer."""
    return may_file_plan(user, authority) or posts_of(user).has(Role.CITY_OFFICER)


def may_act(user: User) -> bool:
    """Whether the person renames and merges districts and replaces applicants: the city's officer."""
    return posts_of(user).has(Role.CITY_OFFICER)


def may_confirm_type(user: User) -> bool:
    """Whether the person records what experts found about a mixed district: the city's officer or the secretariat."""
    return posts_of(user).has(Role.CITY_OFFICER, Role.SECRETARIAT)


def may_hand_over(user: User, district: District) -> bool:
    """Whether the person records that work on the district goes to somebody else: of the applicant or the leading body."""
    return may_authorise(user, district) or is_authority(user, district)
