"""Read the expert pool: list with filters, load, panels, open tasks."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.urls import reverse

from assessments.common.enums import PoolState
from assessments.experts.lifecycle import reads_pool
from assessments.experts.models import ExpertAbsence, ExpertEmployment, ExpertProfile
from assessments.experts.registry import the_panels
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import holders
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.toned_words import TonedWord
from greendistrict.workflow.todo import Task
from indicators.editions.models import Edition, EditionStatus

USED = (EditionStatus.PUBLISHED, EditionStatus.FROZEN, EditionStatus.SUPERSEDED)
HEAVY = 3  # panels in hand from which an expert counts as heavily loaded


def experts_visible_to(viewer: Viewer) -> QuerySet[ExpertProfile]:
    """Profiles the user sees: all for keepers and the city, the own one for an expert, none for others."""
    experts = ExpertProfile.objects.select_related("user")
    return experts if reads_pool(viewer.held) else experts.filter(user=viewer.person)


def specialty_words() -> dict[str, str]:
    """Chapter key → title, worded and ordered as in the newest complete edition in use (of all editions if none is in use)."""
    found: dict[str, str] = {}
    whole = Edition.objects.filter(complete=True).order_by("-pk", "chapters__order")
    rows = list(whole.values_list("status", "chapters__key", "chapters__title"))
    for _, key, title in [row for row in rows if row[0] in USED] or rows:
        if key:
            found.setdefault(key, title)
    return found


def expert_list(viewer: Viewer, chosen: Mapping[str, Any]) -> QuerySet[ExpertProfile]:
    """Visible experts under the filter, by pinyin, annotated with ``open_panels`` and ``year_panels``; today's employers are prefetched."""
    today = viewer.today
    rows = (
        the_panels()
        .counted(experts_visible_to(viewer), today)
        .annotate(
            away=Exists(ExpertAbsence.objects.filter(expert=OuterRef("pk"), valid_from__lte=today, valid_to__gte=today)),
        )
    )
    now = ExpertEmployment.objects.filter(_in_force(today)).select_related("organisation").order_by("pk")
    rows = rows.filter(_chosen(chosen, today)).prefetch_related(Prefetch("employments", queryset=now, to_attr="employed_now"))
    load = chosen.get("load", "")
    limits = {"none": Q(open_panels=0), "some": Q(open_panels__gte=1, open_panels__lt=HEAVY), "heavy": Q(open_panels__gte=HEAVY)}
    return (rows.filter(limits[load]) if load in limits else rows).order_by("name_pinyin", "pk")


def _in_force(today: dt.date) -> Q:
    return Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))


def _chosen(chosen: Mapping[str, Any], today: dt.date) -> Q:
    found = Q()
    if words := chosen.get("q", "").strip():
        by_employer = ExpertEmployment.objects.filter(organisation__name__icontains=words).values("expert_id")
        squeezed = words.lower()
        found &= Q(user__name__icontains=words) | Q(name_pinyin__icontains=squeezed) | Q(user__username=words) | Q(pk__in=by_employer)
    if specialty := chosen.get("specialty"):
        found &= Q(specialties__contains=[specialty])
    if status := chosen.get("status"):
        found &= Q(status=status)
    this_year = Q(confirmed_on__year=today.year)
    away = Q(available=False) | Q(away=True)
    ended = Q(valid_to__lt=today)
    for name, yes in (("confirmed", this_year), ("available", ~away), ("ended", ended)):
        if chosen.get(name):
            found &= yes if chosen[name] == "yes" else ~yes
    return found


class ExpertLine(NamedTuple):
    """One line of the list; ``confirmed`` says whether the data were confirmed this year."""

    expert: ExpertProfile
    chapters: str
    employers: str
    standing: TonedWord
    confirmed: bool


def line_of(expert: ExpertProfile, words: Mapping[str, str], today: dt.date) -> ExpertLine:
    """Convert an annotated row of ``expert_list`` to words."""
    found = vars(expert)
    employers = "、".join(str(one.organisation) for one in found["employed_now"])
    confirmed = bool(expert.confirmed_on and expert.confirmed_on.year == today.year)
    hindered = standing_of(expert, today, away=found["away"])
    standing = TonedWord(hindered, "amber") if hindered else TonedWord("可抽取", "green")
    return ExpertLine(expert, chapters_of(expert, words), employers, standing, confirmed)


def chapters_of(expert: ExpertProfile, words: Mapping[str, str]) -> str:
    """Specialties in words."""
    return "、".join(words.get(key, key) for key in sorted(expert.specialties, key=[*words, *expert.specialties].index))


def standing_of(expert: ExpertProfile, today: dt.date, *, away: bool) -> str:
    """Why an expert cannot be drawn today, in words; empty when eligible."""
    if expert.status != PoolState.ACTIVE:
        return str(expert.get_status_display())
    if expert.valid_to and expert.valid_to < today:
        return "聘期已满"
    if expert.valid_from > today:
        return "聘期未到"
    return "暂不参加" if away or not expert.available else ""


def is_away(expert: ExpertProfile, today: dt.date) -> bool:
    """Whether an absence covers the day."""
    return expert.absences.filter(valid_from__lte=today, valid_to__gte=today).exists()


def has_post(expert: ExpertProfile, today: dt.date) -> bool:
    """Whether the account holds the role of an expert."""
    return bool(holders(Role.EXPERT, day=today).filter(pk=expert.user_id).exists())


def is_employed(expert: ExpertProfile, _today: dt.date) -> bool:
    """Whether any employer is on record; without one conflicts of interest cannot be determined."""
    return expert.employments.exists()


def open_panels(expert: ExpertProfile, _today: dt.date) -> list[str]:
    """Names of the open reviews the expert sits on."""
    return the_panels().in_hand(expert)


def own_profile(viewer: Viewer) -> ExpertProfile | None:
    """The user's own profile in the pool, or None."""
    return ExpertProfile.objects.select_related("user").filter(user=viewer.person).first()


def may_be_confirmed(expert: ExpertProfile, today: dt.date) -> bool:
    """Whether the yearly confirmation is due: a member of the pool who has not confirmed this year."""
    return expert.status == PoolState.ACTIVE and not (expert.confirmed_on and expert.confirmed_on.year == today.year)


def tasks_of(expert: ExpertProfile, today: dt.date) -> list[Task]:
    """Tasks on an expert's desk: the invitation to the pool and the yearly confirmation."""
    link = reverse("assessments:expert_me")
    if expert.status == PoolState.INVITED:
        return [Task("答复专家库邀请", "绿色生态城区专家库", link, kind="专家库", is_demo=expert.is_demo)]
    if may_be_confirmed(expert, today):
        return [Task(f"确认{today.year}年专家信息", "任职单位、回避关系和可参加时段", link, kind="专家库", is_demo=expert.is_demo)]
    return []


def training_hours(expert: ExpertProfile) -> Decimal:
    """Total hours of training on record."""
    return expert.trainings.aggregate(sum=Sum("hours"))["sum"] or Decimal(0)
