"""Districts visible to somebody."""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.http import Http404

from districts.common.enums import Stage
from districts.file import file_locks
from districts.file.file_locks import WORKING, Side, filed_to, open_to
from districts.file.models.district import AdministrativeArea, ConsultantMandate, District, ExternalHonour
from districts.file.rules import bodies_as, is_preparer, is_reviewer, mandate_in_force, sides_of
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import memoisation

PUBLIC = ~Q(stage=Stage.CANDIDATE) | Q(guideline_area=True) | ~Q(sources=[])
SEE_ALL = (Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.CITY_LEGAL, Role.SECRETARIAT, Role.PARTNER)


def public_districts() -> QuerySet[District]:
    """Public districts: with a present or past title, guideline areas, or known from published sources."""
    return District.objects.filter(PUBLIC)


def _parties(viewer: Viewer) -> Q:
    """Condition for districts connected to the user by a post."""
    return _own(viewer) | _led(viewer, Role.BUREAU)


def _led(viewer: Viewer, role: Role) -> Q:
    """Condition for districts led by the user's bodies or the bodies above them."""
    bodies = bodies_as(viewer.held, role)
    return (
        Q(pk__in=District.authorities.through.objects.filter(organisation_id__in=bodies).values("district_id")) if bodies else Q(pk__in=())
    )


def _own(viewer: Viewer) -> Q:
    """Condition for districts to whose own side the user belongs: applicant, consultant, authority."""
    held = viewer.held
    condition = _led(viewer, Role.AUTHORITY)
    if applicants := held.organisations_as(Role.PREPARER, Role.REVIEWER):
        condition |= Q(applicant_id__in=applicants)
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=consultants)
        condition |= Q(pk__in=mandates.values("district_id"))
    return condition


def districts_of(viewer: Viewer) -> QuerySet[District]:
    """Districts in which the user takes part as applicant, consultant, authority or bureau."""
    return District.objects.filter(_parties(viewer))


def districts_edited_by(viewer: Viewer) -> QuerySet[District]:
    """Districts whose file the user may edit, as ``rules.may_edit_district`` decides for one; locks are not checked."""
    held = viewer.held
    condition = Q(applicant_id__in=held.organisations_as(Role.PREPARER))
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=consultants)
        condition |= Q(pk__in=mandates.values("district_id"))
    return District.objects.filter(condition)


def own_districts(viewer: Viewer) -> list[District]:
    """Districts in which the user takes part, by pinyin; read once for a page."""
    return viewer.now.once(_own_districts)


def _own_districts(viewer: Viewer) -> list[District]:
    return list(districts_of(viewer).order_by("name_pinyin", "pk"))


def own_keys(viewer: Viewer, only: Collection[int] | None = None) -> frozenset[int]:
    """Keys of ``own_districts``, or of those among ``only``; the districts themselves are not read."""
    if memoisation.is_held(_own_districts, viewer.now):
        own = frozenset(district.pk for district in own_districts(viewer))
        return own if only is None else own.intersection(only)
    return viewer.now.once(_own_keys, memoisation.as_key(only))


def _own_keys(viewer: Viewer, only: Collection[int] | None) -> frozenset[int]:
    districts = districts_of(viewer) if only is None else districts_of(viewer).filter(pk__in=only)
    return frozenset(districts.order_by().values_list("pk", flat=True))


def districts_visible_to(viewer: Viewer) -> QuerySet[District]:
    """Districts the user sees: none for account managers, all for the city's side, own and public ones for others."""
    held = viewer.held
    if not viewer.is_somebody or held.is_keeper or not held.roles:
        return District.objects.none()
    if held.has(*SEE_ALL):
        return District.objects.all()
    return District.objects.filter(PUBLIC | _parties(viewer))


def files_visible_to(viewer: Viewer) -> QuerySet[District]:
    """Districts whose inner file the user may open, as ``rules.may_read_file`` decides for one."""
    return District.objects.filter(_file_open_to(viewer))


def _file_open_to(viewer: Viewer) -> Q:
    """Condition for districts whose inner file the user may open."""
    held = viewer.held
    if held.is_keeper:
        return Q(pk__in=())
    condition = _own(viewer) | (_led(viewer, Role.BUREAU) & open_to(Side.BUREAU))
    if sides := sides_of(held):
        condition |= open_to(*sides)
    if held.has(Role.PARTNER):
        condition |= ~Q(stage=Stage.CANDIDATE)
    return condition


def register_only(viewer: Viewer) -> Q:
    """Condition for districts of which the user may see only the register fields.

    It is a condition on the row itself: a subquery with the keys of all open files would be repeated for every row once it exceeds the
    database's work memory. It equals ``~_file_open_to`` for working districts, which only their own side and those they were filed to may
    open.
    """
    held = viewer.held
    if held.is_keeper:
        return WORKING & ~PUBLIC
    filed = filed_to(*sides_of(held))
    if bodies_as(held, Role.BUREAU):
        filed |= _led(viewer, Role.BUREAU) & filed_to(Side.BUREAU)
    return WORKING & ~PUBLIC & ~(_own(viewer) | filed)


def in_key_area(viewer: Viewer, name: str) -> Q:
    """Condition for districts in a key area (四（二）), of those whose key areas the user may see: none is found by asking for it."""
    return Q(key_areas__contains=[name]) & ~register_only(viewer)


def shown_honours(district: District, *, reads_file: bool) -> list[ExternalHonour]:
    """Honours for a reader of the file; for others those of public districts, since those of a draft are not public yet."""
    return list(district.honours.all()) if reads_file or is_public(district) else []


def is_public(district: District) -> bool:
    """Whether the district belongs to ``public_districts``."""
    return district.stage != Stage.CANDIDATE or district.guideline_area or bool(district.sources)


def is_working(district: District) -> bool:
    """Whether a district is not public and is closed to the city's side until it files."""
    return not is_public(district) and district.applicant_id is not None


def is_visible(viewer: Viewer, district: District) -> bool:
    """Whether the user sees the district, as ``districts_visible_to``; needs a query only for a district that is not public."""
    held = viewer.held
    if held.is_keeper or not held.roles:
        return False
    known = held.has(*SEE_ALL) or is_public(district) or is_preparer(held, district) or is_reviewer(held, district)
    return known or districts_of(viewer).filter(pk=district.pk).exists()


def district_seen(viewer: Viewer, code: str) -> District:
    """District by code with its lock marks (``file_locks.lock_reasons``) if the user sees it. Raises ``Http404``."""
    found = file_locks.marked("code", code)
    if found is None or not is_visible(viewer, found):
        raise Http404
    return found


def areas_choosable(*, demo: bool) -> QuerySet[AdministrativeArea]:
    """Areas (所在区) to choose from: the 16 of GB/T 2260; for demo districts (``demo``) the demo areas too."""
    areas = AdministrativeArea.objects.order_by("is_demo", "code")
    return areas if demo else areas.filter(is_demo=False)


def authorities_choosable() -> QuerySet[Organisation]:
    """Bodies that can lead a district, in the order of GB/T 2260."""
    return Organisation.objects.filter(kind=OrganisationKind.AUTHORITY).order_by("is_demo", "admin_code", "name_pinyin")
