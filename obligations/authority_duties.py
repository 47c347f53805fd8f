"""Duties of leading bodies: yearly plan, designated body, application of the round, plan in key areas, planning funds."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, JSONObject

from approvals.titles.enums import HolderSide, TransferGround
from approvals.titles.models.publicity import Title, TitleHolder
from districts.common.certainty import is_inferred
from districts.common.enums import PlanStatus
from districts.file.models.district import District
from districts.file.models.parties import DesignatedBody
from districts.file.selectors.visibility import authorities_choosable
from districts.yearly_plans.calendar import NEAR_DAYS, plan_dues
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Post
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, memoisation
from greendistrict.core.addresses import reverse
from greendistrict.core.days import day_in_words, months_later
from greendistrict.core.django_internals import Compiled
from greendistrict.policy.duty_table import CITY, DutyKind, duty_kind
from greendistrict.policy.engine import NoPolicyInForce
from greendistrict.policy.in_force import policy_in_force
from greendistrict.policy.parameters import first_day_in_use
from obligations.duties import Actors, Obligation, Record, of_kind
from obligations.expected_records import met_days
from obligations.matter_rows import MatterRows, Row, Since, rows_of
from obligations.titled_districts import leading_of
from obligations.way import Day, How, is_default, rolled, way_by_setting, way_of_days
from obligations.yearly_duties import stood

PLAN, BODY, APPLICATION = duty_kind("plan_yearly"), duty_kind("body_designated"), duty_kind("organise_application")
FUNDS, KEY_AREA = duty_kind("plan_funds"), duty_kind("key_area_plan")
FILED = (PlanStatus.FILED, PlanStatus.NOTED)
BODY_DAYS, KEY_AREA_MONTHS = "duties.body_days", "duties.key_area_months"
TREASURY = "同级财政部门"


class Authority(NamedTuple):
    """A leading body, the first day on which it had users in the portal, and the last day of one merged or dissolved.

    ``planned``: by year of the plan, when the specialised plan of each district that it lists was approved (None: not yet).
    """

    pk: int
    name: str
    is_demo: bool
    is_committee: bool
    joined: dt.date | None
    designated: dt.date | None
    plans: Mapping[int, Record]
    ended: dt.date | None
    planned: Mapping[int, Sequence[dt.date | None]]

    def asks_for_plans(self, year: int, on: dt.date) -> dt.date | None:
        """Day on which the plan of a year was filed, if by ``on`` it lists a district that has no specialised plan yet."""
        filed = self.plans[year].handed_in if year in self.plans else None
        day = filed.astimezone(clock.SHANGHAI).date() if filed else None
        waits = any(approved is None or approved > on for approved in self.planned.get(year, ()))
        return day if day and day <= on and waits else None

    def is_recorded(self, due: dt.date) -> bool:
        """Whether the portal has records for what fell due on this day."""
        return self.joined is not None and due >= max(self.joined, first_day_in_use())


def authorities() -> list[Authority]:
    """Leading bodies in GB/T 2260 order with first designation and yearly plans; read once for all duties of a page."""
    return memoisation.once(_authorities)


def _authorities() -> list[Authority]:
    return [
        Authority(
            pk, name, is_demo, is_committee, joined, designated, {plan["year"]: _plan(plan) for plan in begun}, ended, _approvals(begun)
        )
        for pk, name, is_demo, is_committee, joined, designated, begun, ended in OF_ALL.read()
    ]


def _approvals(begun: Iterable[Mapping[str, Any]]) -> dict[int, list[dt.date | None]]:
    return {plan["year"]: [dt.date.fromisoformat(day) if day else None for day in plan["approved"]] for plan in begun}


def _of_all() -> QuerySet[Any, Any]:
    own = Q(organisation=OuterRef("pk")) | Q(organisation__parent=OuterRef("pk"))
    posts = Post.objects.filter(own, role=Role.AUTHORITY).order_by("valid_from").values("valid_from")
    plans = ImplementationPlan.objects.filter(authority=OuterRef("pk")).order_by("year")
    listed = District.objects.filter(implementation_plans=OuterRef("pk")).order_by("pk").annotate(approved=Min("plans__approved_on"))
    told = {"year": F("year"), "pk": F("pk"), "status": F("status"), "filed": F("filed_on")}
    begun = ArraySubquery(plans.values_list(JSONObject(**told, approved=ArraySubquery(listed.values("approved")))))
    designated = DesignatedBody.objects.filter(authority=OuterRef("pk")).order_by("since").values("since")
    first = Subquery(posts[:1]), Subquery(designated[:1])
    # The last day of a body that was merged or dissolved and leads no district any more.
    follows = {"since__gte": OuterRef("until"), "ground__in": (TransferGround.MERGED, TransferGround.DISSOLVED)}
    next_one = TitleHolder.objects.filter(district=OuterRef("district"), side=HolderSide.AUTHORITY, **follows)
    holders = TitleHolder.objects.filter(body=OuterRef("pk"), side=HolderSide.AUTHORITY, until__isnull=False, body__districts_led=None)
    ended = Subquery(holders.filter(Exists(next_one)).order_by("-until").values("until")[:1])
    return authorities_choosable().values_list("pk", "name", "is_demo", "is_committee", *first, begun, ended)


OF_ALL = Compiled(_of_all)


def _plan(told: Mapping[str, Any]) -> Record:
    """Yearly plan: met on the day it was filed, unless it is sent back."""
    day = dt.date.fromisoformat(told["filed"]) if told["filed"] and told["status"] in FILED else None
    return Record(told["pk"], told["status"], dt.datetime.combine(day, dt.time(12), tzinfo=clock.SHANGHAI) if day else None)


def collect(day: Day) -> Iterable[Obligation]:
    """Duties of leading bodies that belong to no district. A merged or dissolved body owes nothing after its last day."""
    ended = {body.pk for body in authorities() if body.ended and body.ended < day.on}
    rows = [_plans(day), _bodies(day), _applications(day, recorded=True)]
    if met_days(FUNDS.key, day.on, (day.on.year,)) is not None:
        rows.append(_funds(day.on))
    yield from (row for row in chain.from_iterable(rows) if row.met_on or row.organisation_id not in ended)


def collect_unrecorded(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Duties due before the portal was in use, or for which no app keeps records."""
    if only is not None:
        return
    yield from _applications(day, recorded=False)
    if met_days(FUNDS.key, day.on, (day.on.year,)) is None:
        yield from _funds(day.on)


def _row(kind: DutyKind, authority: Authority, title: str, due: dt.date, part: int | None = None) -> Obligation:
    return of_kind(kind, f"{authority.pk}{f':{part}' if part else ''}", title, due, CITY)._replace(
        organisation_id=authority.pk,
        organisation=authority.name,
        authority_ids=(authority.pk,),
        is_demo=authority.is_demo,
        debtor_ids=(authority.pk,),
        is_recorded=authority.is_recorded(due),
        actors=Actors((Role.AUTHORITY,), (authority.pk,)),
    )


def plan_years(on: dt.date) -> range:
    """Years whose plan is listed: those due since the portal is in use, this year and the next."""
    return range(min(on.year, first_day_in_use().year), on.year + 2)


def _plans(day: Day) -> Iterator[Obligation]:
    years = plan_years(day.on)
    dues = plan_dues(years)
    begun = {(body.pk, year): body.plans[year] for body in authorities() for year in years if year in body.plans}
    if day.past and begun:
        begun = stood(begun, ImplementationPlan._meta.label_lower, FILED, day.past)
    opened, unopened, watched = "districts:implementation_plan_edit", reverse("districts:implementation_plan_create"), _watched()
    ways, by_default = {year: way_by_setting("plan_due", year, due) for year, due in dues.items()}, is_default("plan_due")
    for authority in authorities():
        for year, due in dues.items():
            record = begun.get((authority.pk, year))
            met = record.handed_in.astimezone(clock.SHANGHAI).date() if record and record.handed_in else None
            if year < day.on.year and ((met and met < day.since) or not authority.is_recorded(due)):
                continue
            link = reverse(opened, args=[record.pk]) if record else unopened
            yield _row(PLAN, authority, f"{year}年度实施计划", due, year)._replace(
                link=link,
                followed_at=link if record and record.status in FILED else watched,
                met_on=met,
                opens=due - dt.timedelta(days=NEAR_DAYS),
                how=ways[year],
                is_default_date=by_default,
                year=year,
                record=record.pk if record else None,
                status=record.status if record else "",
            )


def _watched() -> str:
    return reverse("districts:plan_watch")


def _bodies(day: Day) -> Iterator[Obligation]:
    """Designated body: owed once by a government, of which alone 五（二） asks it; the first designation meets it for good."""
    days, calendar, since = day.terms.settings.integer(BODY_DAYS), day.terms.calendar, day.first
    due = cache(lambda begin: (calendar.add(begin, days), way_of_days(begin, "开始使用平台之日", BODY_DAYS)))
    watched, by_default = _watched(), is_default(BODY_DAYS)
    for authority in authorities():
        if authority.is_committee:
            continue
        last, way = due(max(since, authority.joined or since))
        yield _row(BODY, authority, "指定专门机构", last)._replace(
            met_on=authority.designated if authority.designated and authority.designated <= day.on else None,
            link=reverse("districts:designated_body", args=[authority.pk]),
            followed_at=watched,
            how=way,
            is_default_date=by_default,
        )


def _applications(day: Day, *, recorded: bool) -> Iterator[Obligation]:
    """四（一）: a title with a star, announced under the policy. Of an older or unknown one the round is unknown: no record."""
    try:
        policy = policy_in_force(day.on)
    except NoPolicyInForce:
        return
    targets = policy.targets
    if not targets or (targets[0].by >= day.first) != recorded:
        return
    target, listed, watched = targets[0], reverse("approvals:case_list"), _watched()
    known, doubtful = _announced(day.on, policy.in_force)
    for authority in authorities():
        met, inferred = known.get(authority.pk, (None, ""))
        row = _row(APPLICATION, authority, APPLICATION.label, target.by, target.by.year)
        yield row._replace(
            met_on=met,
            link=listed,
            followed_at=watched,
            how=How(day_in_words(target.by), f"{target.text}；{target.measure}{inferred}"),
            is_default_date=False,
            is_recorded=row.is_recorded and (met is not None or authority.pk not in doubtful),
        )


def _announced(on: dt.date, since: dt.date) -> tuple[dict[int, tuple[dt.date, str]], set[int]]:
    """By leading body the first announcement since a day of a title with a star, and the bodies with an older or unknown one.

    Beside the day stands what is inferred: that the district lies with the body.
    """
    rows = Title.objects.filter(Q(granted_on=None) | Q(granted_on__lte=on), district__guideline_area=False).order_by("granted_on", "pk")
    first: dict[int, tuple[dt.date, str]] = {}
    doubtful: set[int] = set()
    for body, star, day, words in rows.values_list("district__authorities", "star", "granted_on", "district__fact_certainty"):
        if body is None:
            continue
        if star and day and day >= since:
            found = (day, "；城区的所在区为推定" if is_inferred(words, "所在区") else "")
            first[body] = min(first.get(body, found), found)  # of one day a certain one first
        else:
            doubtful.add(body)
    return first, doubtful


def _funds(on: dt.date) -> Iterator[Obligation]:
    """七（一）: funds for the specialised plans of districts that a filed plan lists, from the treasury of the same level.

    Its people do not use the portal, so only a ledger entry shows it.
    """
    years = (on.year, on.year + 1)
    met = met_days(FUNDS.key, on, range(min(first_day_in_use().year, on.year), on.year + 2))
    dues, by_default = plan_dues(years), is_default("plan_due")
    ways = {year: way_by_setting("plan_due", year, due) for year, due in dues.items()}
    for authority in authorities():
        for year, usual in dues.items():
            done, filed = met.get((authority.pk, year)) if met else None, authority.asks_for_plans(year, on)
            if not (filed or done):
                continue
            due = max(usual, filed or usual)
            row = _row(FUNDS, authority, f"{year}年度实施计划所列城区专业规划经费", due, year)
            since = min(met.values(), default=due) if met is not None else None
            yield row._replace(
                organisation=TREASURY,
                to=authority.name,
                met_on=done,
                link=f"{reverse('operation:ledger_list')}?year={year}",
                is_link_open=True,
                opens=usual - dt.timedelta(days=NEAR_DAYS),
                how=ways[year],
                is_default_date=by_default,
                is_recorded=row.is_recorded and since is not None and (done is not None or due >= since),
                authority_ids=(),
                year=year,
            )


def collect_key_areas(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """四（二）: a district in a key area, entered since the policy applies, must have its plan within the time set."""
    try:
        since = policy_in_force(day.on).key_areas.since
    except NoPolicyInForce:
        return
    districts = rows_of(KEY_AREAS, day.since, only)
    bodies = {authority.pk: authority for authority in authorities()} if districts else {}
    for district in districts:
        entered = district["first"].astimezone(clock.SHANGHAI).date()
        if since <= entered <= day.on:
            yield _key_area(district, entered, [bodies[pk] for pk in district["leading"] if pk in bodies], day)


def _in_key_areas(_since: Since) -> QuerySet[Any]:
    districts = District.objects.filter(guideline_area=False, merged_into=None).exclude(key_areas=[])
    subject = Concat(Value(f"{District._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))
    records = AuditRecord.objects.filter(subject=subject).order_by().values("subject")
    first_entry = Subquery(records.annotate(first=Min("at")).values("first"))
    rows: QuerySet[Any] = districts.annotate(leading=leading_of("pk"), approved=Min("plans__approved_on"), first=first_entry)
    return rows.exclude(first=None)


KEY_AREAS = MatterRows(
    KEY_AREA.key,
    _in_key_areas,
    ("pk", "code", "name", "name_pinyin", "applicant_id", "is_demo", "leading", "approved", "first"),
    is_live=lambda _row, _since: True,
    days=("approved",),
    moments=("first",),
    place="pk",
    order=("name_pinyin", "pk"),
)


def _key_area(district: Row, entered: dt.date, leading: list[Authority], day: Day) -> Obligation:
    months, calendar = day.terms.settings.integer(KEY_AREA_MONTHS), day.terms.calendar
    nominal = months_later(entered, months)
    due = calendar.roll_forward(nominal)
    approved: dt.date | None = district["approved"]
    pks = tuple(body.pk for body in leading)
    return of_kind(KEY_AREA, f"{district['pk']}", "绿色生态专业规划（重点区域）", due, CITY)._replace(
        district_id=district["pk"],
        district=district["name"],
        organisation_id=district["applicant_id"],
        organisation="、".join(body.name for body in leading),
        link=reverse("districts:district_detail", args=[district["code"]]),
        met_on=approved if approved and approved <= day.on else None,
        authority_ids=pks,
        is_default_date=is_default(KEY_AREA_MONTHS),
        is_demo=district["is_demo"],
        debtor_ids=pks,
        how=way_of_days(entered, "登记之日", KEY_AREA_MONTHS)._replace(rolled=rolled(nominal, due)),
        is_recorded=any(body.is_recorded(due) for body in leading),
        actors=Actors((Role.AUTHORITY,), pks),
    )
