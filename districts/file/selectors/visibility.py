"""Districts visible to somebody."""

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from districts.common.enums import Stage
from districts.file import file_locks
from districts.file.disclosure import WORKING, Side, filed_to, open_to
from districts.file.models.district import AdministrativeArea, ConsultantMandate, District
from districts.file.rules import bodies_as, is_preparer, is_reviewer, mandate_in_force, sides_of
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import memoisation

PUBLIC = ~Q(stage=Stage.CANDIDATE) | Q(guideline_area=True) | ~Q(sources=[])
SEE_ALL = (Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.CITY_LEGAL, Role.SECRETARIAT, Role.PARTNER)


def public_districts() -> QuerySet[District]:
    """Districts that are public facts: a current or past title, a guideline area, or a record of published sources."""
    return District.objects.filter(PUBLIC)


def _parties(user: User) -> Q:
    """Condition of the districts connected to the person by a post."""
    return _own(user) | _led(user, Role.BUREAU)


def _led(user: User, role: Role) -> Q:
    """Condition of the districts that the person's bodies lead, or the bodies above them."""
    bodies = bodies_as(user, role)
    return (
        Q(pk__in=District.authorities.through.objects.filter(organisation_id__in=bodies).values("district_id")) if bodies else Q(pk__in=())
    )


def _own(user: User) -> Q:
    """Condition of the districts on whose own side the person stands: applicant, consultant, authority."""
    held = posts_of(user)
    condition = _led(user, Role.AUTHORITY)
    if applicants := held.organisations_as(Role.PREPARER, Role.REVIEWER):
        condition |= Q(applicant_id__in=applicants)
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(), organisation_id__in=consultants)
        condition |= Q(pk__in=mandates.values("district_id"))
    return condition


def districts_of(user: User) -> QuerySet[District]:
    """Districts the person takes part in as applicant, consultant, authority or bureau."""
    return District.objects.filter(_parties(user))


def districts_edited_by(user: User) -> QuerySet[District]:
    """Districts whose file the person fills in, as ``rules.may_edit_district`` says one by one; whether a file is locked is not asked."""
    held = posts_of(user)
    condition = Q(applicant_id__in=held.organisations_as(Role.PREPARER))
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(), organisation_id__in=consultants)
        condition |= Q(pk__in=mandates.values("district_id"))
    return District.objects.filter(condition)


def own_districts(user: User) -> list[District]:
    """Districts the person takes part in, by pinyin; read once for a composed page."""
    return memoisation.once(f"districts.own:{user.pk}", lambda: list(districts_of(user).order_by("name_pinyin", "pk")))


def own_keys(user: User, only: Collection[int] | None = None) -> frozenset[int]:
    """Keys of ``own_districts``, or of those among ``only`` some; none of the districts is read for it."""
    if memoisation.is_held(f"districts.own:{user.pk}"):
        own = frozenset(district.pk for district in own_districts(user))
        return own if only is None else own.intersection(only)
    key = f"districts.own_keys:{user.pk}:{'' if only is None else sorted(only)}"
    found = districts_of(user) if only is None else districts_of(user).filter(pk__in=only)
    return memoisation.once(key, lambda: frozenset(found.order_by().values_list("pk", flat=True)))


def districts_visible_to(user: User | AnonymousUser) -> QuerySet[District]:
    """Districts that may be seen at all: keepers none, the city's side all, everybody else their own and the public ones."""
    held = posts_of(user)
    if not isinstance(user, User) or held.is_keeper or not held.roles:
        return District.objects.none()
    if held.has(*SEE_ALL):
        return District.objects.all()
    return District.objects.filter(PUBLIC | _parties(user))


def files_visible_to(user: User) -> QuerySet[District]:
    """Districts whose inner file the person may open, as ``rules.may_read_file`` says one by one."""
    return District.objects.filter(_file_open_to(user))


def _file_open_to(user: User) -> Q:
    """Condition of the districts whose inner file the person may open."""
    held = posts_of(user)
    if held.is_keeper:
        return Q(pk__in=())
    condition = _own(user) | (_led(user, Role.BUREAU) & open_to(Side.BUREAU))
    if sides := sides_of(user):
        condition |= open_to(*sides)
    if held.has(Role.PARTNER):
        condition |= ~Q(stage=Stage.CANDIDATE)
    return condition


def register_only(user: User) -> Q:
    """Condition of the districts of which the person may see only the line of the register.

    Asked of the row itself: keys of all open files as a subquery are read anew for every row once they outgrow the database's memory.
    It is ``~_file_open_to`` for the districts that are working: nobody opens those but their own side and whom they were filed to.
    """
    if posts_of(user).is_keeper:
        return WORKING & ~PUBLIC
    filed = filed_to(*sides_of(user))
    if bodies_as(user, Role.BUREAU):
        filed |= _led(user, Role.BUREAU) & filed_to(Side.BUREAU)
    return WORKING & ~PUBLIC & ~(_own(user) | filed)


def is_public(district: District) -> bool:
    """Whether a district is one of ``public_districts``."""
    return district.stage != Stage.CANDIDATE or district.guideline_area or bool(district.sources)


def is_working(district: District) -> bool:
    """Whether a district is not public and closed to the city's side until it files."""
    return not is_public(district) and district.applicant_id is not None


def is_visible(user: User, district: District) -> bool:
    """Whether a district is one of ``districts_visible_to``; asks nothing but for a party of a district that is not public."""
    held = posts_of(user)
    if held.is_keeper or not held.roles:
        return False
    known = held.has(*SEE_ALL) or is_public(district) or is_preparer(user, district) or is_reviewer(user, district)
    return known or districts_of(user).filter(pk=district.pk).exists()


def district_seen(user: User, code: str) -> District:
    """District by its code, with what ``file_locks.lock_reasons`` reads, if the person may see it. Raises ``Http404``."""
    found = file_locks.marked("code", code)
    if found is None or not is_visible(user, found):
        raise Http404
    return found


def areas_choosable(*, demo: bool) -> QuerySet[AdministrativeArea]:
    """所在区 that a real district may lie in: the 16 of GB/T 2260. Fiction (``demo``) may lie in fictional ones as well."""
    areas = AdministrativeArea.objects.order_by("is_demo", "code")
    return areas if demo else areas.filter(is_demo=False)


def authorities_choosable() -> QuerySet[Organisation]:
    """Bodies that can lead a district, in the order of GB/T 2260."""
    return Organisation.objects.filter(kind=OrganisationKind.AUTHORITY).order_by("is_demo", "admin_code", "name_pinyin")
