"""Who is what to a district today. Predicates of a few lines, the same for pages, API and machines."""

from django.db.models import Model, Q

from districts.enums import OpinionPurpose, Stage
from districts.models import District, ImplementationPlan, IndicatorSystem, KeyProject, PlotControl, PlotOpinion
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import seats
from greendistrict.core import clock


def bodies_as(user: User, *roles: str) -> frozenset[int]:
    """Organisations in which a role is held, and the bodies above them: a 区专门机构 or a bureau acts for its government."""
    posts = [post for post in seats(user).posts if post.role in roles]
    own = {post.organisation_id for post in posts}
    return frozenset(own | {post.organisation.parent_id for post in posts if post.organisation.parent_id})


def mandate_in_force() -> Q:
    """Condition of a consultant's mandate that runs today."""
    day = clock.today()
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def is_preparer(user: User, district: District) -> bool:
    """Whether the person fills in for the district's applicant."""
    return district.applicant_id in seats(user).organisations_as(Role.PREPARER)


def is_reviewer(user: User, district: District) -> bool:
    """Whether the person signs off for the district's applicant."""
    return district.applicant_id in seats(user).organisations_as(Role.REVIEWER)


def is_consultant(user: User, district: District) -> bool:
    """Whether the person works for a consultant whose mandate is in force."""
    bodies = seats(user).organisations_as(Role.CONSULTANT)
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


def may_authorise(user: User, district: District) -> bool:
    """Whether the person may say who the consultants are: the applicant's own people only."""
    return is_preparer(user, district) or is_reviewer(user, district)


def may_register(user: User) -> bool:
    """Whether the person may enter a district: an applicant's preparer or the city's officer."""
    return seats(user).has(Role.PREPARER, Role.CITY_OFFICER)


def may_read_file(user: User, district: District) -> bool:
    """Whether the person reads the inner file (plan, plots, projects): parties, city, secretariat; a partner after the title."""
    held = seats(user)
    if held.is_city or held.has(Role.SECRETARIAT):
        return True
    if held.has(Role.PARTNER):
        return district.stage != Stage.CANDIDATE
    return any(holds(user, district) for holds in (is_preparer, is_reviewer, is_consultant, is_authority, is_bureau))


def may_file_plan(user: User, authority: Organisation) -> bool:
    """Whether the person files the yearly implementation plan of this authority (六（三）)."""
    return authority.pk in bodies_as(user, Role.AUTHORITY)


def files_plan(user: User, plan: ImplementationPlan) -> bool:
    """Whether the person files this yearly plan: for the authority whose it is."""
    return may_file_plan(user, plan.authority)


def handles_plan(user: User, plan: ImplementationPlan) -> bool:
    """Whether the person takes note of this yearly plan or returns it: the city's officer."""
    return seats(user).has(Role.CITY_OFFICER) and plan.pk is not None


def may_add_file(user: User, owner: Model) -> bool:
    """Whether the person may add a file to a district, to one of its key projects, or to a yearly plan."""
    if isinstance(owner, ImplementationPlan):
        return may_file_plan(user, owner.authority)
    if isinstance(owner, KeyProject):
        return may_edit_district(user, owner.district)
    return isinstance(owner, District) and may_edit_district(user, owner)


def hands_up_system(user: User, system: IndicatorSystem) -> bool:
    """Whether the person hands the indicator system to the applicant's reviewer."""
    return is_preparer(user, system.district)


def signs_system(user: User, system: IndicatorSystem) -> bool:
    """Whether the person signs the indicator system off for the applicant."""
    return is_reviewer(user, system.district)


def approves_system(user: User, system: IndicatorSystem) -> bool:
    """Whether the person approves it: for a leading body that does not approve its own; the city's officer where none is left."""
    district = system.district
    others = district.authorities.exclude(pk=district.applicant_id or 0)
    if seats(user).has(Role.CITY_OFFICER):
        return not others.exists()
    bodies = bodies_as(user, Role.AUTHORITY)
    return bool(bodies) and others.filter(pk__in=bodies).exists()


def works_on_system(user: User, district: District) -> bool:
    """Whether the person sees the district's indicator system before it is handed up: its applicant's people and consultant."""
    return may_edit_district(user, district) or is_reviewer(user, district)


def records_plot(user: User, control: PlotControl) -> bool:
    """Whether the person records what was decided on a plot: the applicant's preparer or a bureau of the district."""
    return is_preparer(user, control.plot.district) or is_bureau(user, control.plot.district)


def fills_plot(user: User, district: District) -> bool:
    """Whether the person fills in designed and built values and enters opinions: who edits the file, and the district's bureaus."""
    return may_edit_district(user, district) or is_bureau(user, district)


def answering_bodies(user: User) -> frozenset[int]:
    """Organisations for which the person answers a question about a plot: bureaus, 区专门机构, the city's officers."""
    posts = [post for post in seats(user).posts if post.role in (Role.BUREAU, Role.AUTHORITY, Role.CITY_OFFICER)]
    return frozenset(post.organisation_id for post in posts)


def answers_opinion(user: User, opinion: PlotOpinion) -> bool:
    """Whether the person answers this question for the body that was asked."""
    return opinion.organisation_id in answering_bodies(user)


def answers_conditions(user: User, control: PlotControl) -> bool:
    """Whether the person answers for the 住建 body that is asked for the green requirements of this plot."""
    open_ones = control.plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS, answered_on__isnull=True)
    return open_ones.filter(organisation_id__in=answering_bodies(user)).exists()


def may_enter_key_areas(user: User) -> bool:
    """Whether the person enters the extents of the key areas (四（二）)."""
    return seats(user).has(Role.CITY_OFFICER)


def may_watch(user: User) -> bool:
    """Whether the person watches how the authorities get on: the city and its secretariat."""
    held = seats(user)
    return held.is_city or held.has(Role.SECRETARIAT)


def may_designate(user: User, authority: Organisation) -> bool:
    """Whether the person records the authority's designated body (五（二）): for the authority, or as the city's officer."""
    return may_file_plan(user, authority) or seats(user).has(Role.CITY_OFFICER)


def may_act(user: User) -> bool:
    """Whether the person renames and merges districts and replaces applicants: the city's officer."""
    return seats(user).has(Role.CITY_OFFICER)


def may_confirm_type(user: User) -> bool:
    """Whether the person records what experts found about a mixed district: the city's officer or the secretariat."""
    return seats(user).has(Role.CITY_OFFICER, Role.SECRETARIAT)


def may_hand_over(user: User, district: District) -> bool:
    """Whether the person records that work on the district goes to somebody else: of the applicant or the leading body."""
    return may_authorise(user, district) or is_authority(user, district)
