"""Which districts somebody may know of."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from districts import holds
from districts.enums import PlanStatus, Stage
from districts.models import AdministrativeArea, ConsultantMandate, District, ImplementationPlan
from districts.rules import bodies_as, mandate_in_force
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import seats
from greendistrict.core import memo

PUBLIC = ~Q(stage=Stage.CANDIDATE) | Q(guideline_area=True) | ~Q(sources=[])
SEE_ALL = (Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.CITY_LEGAL, Role.SECRETARIAT, Role.PARTNER)


def public_districts() -> QuerySet[District]:
    """Districts that are public facts: a current or past title, a guideline area, or a record of published sources."""
    return District.objects.filter(PUBLIC)


def _parties(user: User) -> Q:
    """Condition of the districts a person has to do with by post."""
    held = seats(user)
    condition = Q(pk__in=())
    if applicants := held.organisations_as(Role.PREPARER, Role.REVIEWER):
        condition |= Q(applicant_id__in=applicants)
    if bodies := bodies_as(user, Role.AUTHORITY, Role.BUREAU):
        condition |= Q(pk__in=District.authorities.through.objects.filter(organisation_id__in=bodies).values("district_id"))
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(), organisation_id__in=consultants)
        condition |= Q(pk__in=mandates.values("district_id"))
    return condition


def districts_of(user: User) -> QuerySet[District]:
    """Districts the person takes part in as applicant, consultant, authority or bureau."""
    return District.objects.filter(_parties(user))


def own_districts(user: User) -> list[District]:
    """Districts the person takes part in, by pinyin; read once for a composed page."""
    return memo.once(f"districts.own:{user.pk}", lambda: list(districts_of(user).order_by("name_pinyin", "pk")))


def districts_visible_to(user: User | AnonymousUser) -> QuerySet[District]:
    """Districts that may be seen at all: keepers none, the city's side all, everybody else their own and the public ones."""
    held = seats(user)
    if not isinstance(user, User) or held.is_keeper or not held.roles:
        return District.objects.none()
    if held.has(*SEE_ALL):
        return District.objects.all()
    return District.objects.filter(PUBLIC | _parties(user))


def files_visible_to(user: User) -> QuerySet[District]:
    """Districts whose inner file the person may open, as ``rules.may_read_file`` says one by one."""
    held = seats(user)
    if held.is_keeper:
        return District.objects.none()
    if held.is_city or held.has(Role.SECRETARIAT):
        return District.objects.all()
    condition = _parties(user)
    if held.has(Role.PARTNER):
        condition |= ~Q(stage=Stage.CANDIDATE)
    return District.objects.filter(condition)


def district_seen(user: User, code: str, *, marked: bool = False) -> District:
    """District by its code if the person may see it; ``marked`` with what ``holds.told`` reads. Raises ``Http404``."""
    districts = districts_visible_to(user).select_related("applicant", "edition")
    found = (holds.marked(districts) if marked else districts).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def areas_choosable() -> QuerySet[AdministrativeArea]:
    """Administrative districts in the order of GB/T 2260, then the special areas."""
    return AdministrativeArea.objects.order_by("special", "code")


def authorities_choosable() -> QuerySet[Organisation]:
    """Bodies that can lead a district, in the order of GB/T 2260."""
    return Organisation.objects.filter(kind=OrganisationKind.AUTHORITY).order_by("is_demo", "admin_code", "name_pinyin")


def implementation_plans_visible_to(user: User) -> QuerySet[ImplementationPlan]:
    """Yearly plans: authorities and their bureaus their own; the city's side what was filed, partners what was taken note of."""
    held = seats(user)
    plans = ImplementationPlan.objects.select_related("authority", "document")
    if held.is_keeper or not held.roles:
        return plans.none()
    own = Q(authority_id__in=bodies_as(user, Role.AUTHORITY, Role.BUREAU))
    if held.is_city or held.has(Role.SECRETARIAT):
        return plans.filter(own | ~Q(status=PlanStatus.DRAFT))
    if held.has(Role.PARTNER):
        return plans.filter(own | Q(status=PlanStatus.NOTED))
    return plans.filter(own)
