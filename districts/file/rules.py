"""Relations of a user to a district, as short predicates for pages, API and state machines."""

import datetime as dt
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.db.models import Q

from districts.common.enums import Stage
from districts.file.file_locks import Side, is_open_to
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.selectors import HeldPosts


def bodies_as(held: HeldPosts, *roles: str) -> frozenset[int]:
    """Keys of organisations in which the user holds a role, and of those above: 区专门机构 and bureaus act for their government."""
    posts = [post for post in held.posts if post.role in roles]
    own = {post.organisation_id for post in posts}
    return frozenset(own | {post.organisation.parent_id for post in posts if post.organisation.parent_id})


def mandate_in_force(day: dt.date) -> Q:
    """Condition for a consultant's mandate that is valid on a day."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def is_preparer(held: HeldPosts, district: District) -> bool:
    """Whether the user is a preparer of the district's applicant."""
    return district.applicant_id in held.organisations_as(Role.PREPARER)


def is_reviewer(held: HeldPosts, district: District) -> bool:
    """Whether the user is a reviewer of the district's applicant."""
    return district.applicant_id in held.organisations_as(Role.REVIEWER)


def is_consultant(held: HeldPosts, district: District) -> bool:
    """Whether the user works for a consultant with a valid mandate."""
    bodies = held.organisations_as(Role.CONSULTANT)
    return bool(bodies) and district.mandates.filter(mandate_in_force(held.day), organisation_id__in=bodies).exists()


def is_authority(held: HeldPosts, district: District) -> bool:
    """Whether the user acts for one of the district's implementing bodies."""
    bodies = bodies_as(held, Role.AUTHORITY)
    return bool(bodies) and district.authorities.filter(pk__in=bodies).exists()


def is_bureau(held: HeldPosts, district: District) -> bool:
    """Whether the user works in a bureau of one of the district's implementing bodies."""
    bodies = bodies_as(held, Role.BUREAU)
    return bool(bodies) and district.authorities.filter(pk__in=bodies).exists()


def may_edit_district(held: HeldPosts, district: District) -> bool:
    """Whether the user may edit the district's file: the applicant's preparers, and people of an authorised consultant."""
    return is_preparer(held, district) or is_consultant(held, district)


def is_own_side(held: HeldPosts, district: District) -> bool:
    """Whether the user belongs to the applicant or acts for the leading body; this side reads the district's classified files."""
    return is_preparer(held, district) or is_reviewer(held, district) or is_authority(held, district)


def own_side_by(path: str) -> Callable[[HeldPosts, Any], bool]:
    """``is_own_side`` for an owner of files whose district is reached by the attribute ``path``."""
    district_of = attrgetter(path)
    return lambda held, owner: is_own_side(held, district_of(owner))


def may_authorise(held: HeldPosts, district: District) -> bool:
    """Whether the user may authorise consultants: the applicant's own people only."""
    return is_preparer(held, district) or is_reviewer(held, district)


def may_register(held: HeldPosts) -> bool:
    """Whether the user may register a district: an applicant's preparer or the city's 经办."""
    return held.has(Role.PREPARER, Role.CITY_OFFICER)


def may_unregister(held: HeldPosts, district: District) -> bool:
    """Whether the user may take back the registration: the applicant's preparer, or the city's 经办; never of a district with a title."""
    return district.stage == Stage.CANDIDATE and (is_preparer(held, district) or held.has(Role.CITY_OFFICER))


def may_read_file(held: HeldPosts, district: District) -> bool:
    """Whether the user may read the inner file (plan, plots, projects).

    The district's own people and its authority always; city, secretariat and bureaus once it is filed (see ``disclosure``); partners after
    the title.
    """
    if any(holds(held, district) for holds in (is_preparer, is_reviewer, is_consultant, is_authority)):
        return True
    sides = [*sides_of(held), *([Side.BUREAU] if is_bureau(held, district) else [])]
    titled = held.has(Role.PARTNER) and district.stage != Stage.CANDIDATE
    return titled or is_open_to(district, *sides)


def sides_of(held: HeldPosts) -> list[Side]:
    """Sides on which the user reads filed districts, regardless of the district."""
    return [*([Side.CITY] if held.is_city else []), *([Side.SECRETARIAT] if held.has(Role.SECRETARIAT) else [])]


def may_file_plan(held: HeldPosts, authority: Organisation) -> bool:
    """Whether the user files the yearly implementation plan of this authority (六（三）)."""
    return authority.pk in bodies_as(held, Role.AUTHORITY)


def works_on_system(held: HeldPosts, district: District) -> bool:
    """Whether the user sees the district's indicator system before it is handed up: people of applicant and consultant."""
    return may_edit_district(held, district) or is_reviewer(held, district)


def fills_plot(held: HeldPosts, district: District) -> bool:
    """Whether the user may enter values, opinions and findings of plots and works: editors of the file and the district's bureaus.

    Nobody does in a district that was merged into another, where this continues.
    """
    return district.merged_into_id is None and (may_edit_district(held, district) or is_bureau(held, district))


def answering_bodies(held: HeldPosts) -> frozenset[int]:
    """Keys of organisations for which the user answers questions about a plot: bureaus, 区专门机构, the city's 经办."""
    posts = [post for post in held.posts if post.role in (Role.BUREAU, Role.AUTHORITY, Role.CITY_OFFICER)]
    return frozenset(post.organisation_id for post in posts)


def may_enter_key_areas(held: HeldPosts) -> bool:
    """Whether the user may enter the extents of key areas (四（二）)."""
    return held.has(Role.CITY_OFFICER)


def may_watch(held: HeldPosts) -> bool:
    """Whether the user may see the progress of all authorities: city and secretariat."""
    return held.is_city or held.has(Role.SECRETARIAT)


def may_designate(held: HeldPosts, authority: Organisation) -> bool:
    """Whether the user may record the authority's designated body (五（二）): people of the authority and the city's 经办."""
    return may_file_plan(held, authority) or held.has(Role.CITY_OFFICER)


def may_act(held: HeldPosts) -> bool:
    """Whether the user may rename and merge districts and replace applicants: the city's 经办."""
    return held.has(Role.CITY_OFFICER)


def may_confirm_type(held: HeldPosts) -> bool:
    """Whether the user may record the experts' finding on a mixed district: the city's 经办 or the secretariat."""
    return held.has(Role.CITY_OFFICER, Role.SECRETARIAT)


def may_hand_over(held: HeldPosts, district: District) -> bool:
    """Whether the user may record that work on the district passes to somebody else: people of applicant or leading body."""
    return may_authorise(held, district) or is_authority(held, district)
