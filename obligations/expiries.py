"""Expiring things: policy and standard in force, posts, consultants' mandates, experts' terms."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.urls import reverse

from assessments.experts.models import ExpertProfile
from districts.file.models.district import ConsultantMandate
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Post
from greendistrict.core import memoisation
from greendistrict.core.days import day_in_words
from greendistrict.core.django_internals import Compiled
from greendistrict.policy.duty_table import CITY, duty_kind
from greendistrict.policy.in_force import policies
from greendistrict.policy.life import LifeKind
from greendistrict.policy.parameters import first_day_in_use
from greendistrict.policy.types import Policy
from indicators.editions.models import Edition
from obligations.city_duties import city_row
from obligations.duties import Actors, Obligation
from obligations.way import Day, How, way_of_days

POLICY, EDITION, TERMS = duty_kind("policy_expiry"), duty_kind("edition_expiry"), duty_kind("terms_end")
EXPIRY_DAYS, TERMS_DAYS = "duties.expiry_days", "duties.terms_days"
NOBODY, NO_NAME = Value(None, IntegerField()), Value("", CharField())
ADMINISTERING = tuple(Role.values)  # any post that administers the users of a body


def collect_expiries(day: Day) -> Iterable[Obligation]:
    """Policy and standard in force: a successor must be entered before they expire."""
    held, opens = _ending(day)
    return _expiries(held, opens, day.on) if day.on >= opens else ()


def collect_coming(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Obligations of ``collect_expiries`` before their notice period."""
    held, opens = _ending(day)
    return _expiries(held, opens, day.on) if only is None and day.on < opens else ()


def _ending(day: Day) -> tuple[Policy, dt.date]:
    """The policy in force (else the last one), and the day from which its expiry is announced."""
    known = policies()
    held = next((policy for policy in known if policy.is_in_force(day.on)), None) or max(known, key=lambda policy: policy.expires)
    return held, day.terms.calendar.add(held.expires, -day.terms.settings.integer(EXPIRY_DAYS))


def _expiries(held: Policy, opens: dt.date, on: dt.date) -> Iterator[Obligation]:
    how = way_of_days(held.expires, f"《{held.title}》有效期至", EXPIRY_DAYS)
    successors = [policy.issued for policy in policies() if policy.in_force > held.in_force and policy.issued <= on]
    successors += [held.change.registered_on] if held.change and held.change.kind != LifeKind.EXTEND else []
    editions = Edition.objects.filter(official=True, complete=True, in_force__isnull=False).order_by("-in_force")
    last = editions.values_list("code", "in_force").first()
    found = [city_row(POLICY, held.code, f"《{held.title}》有效期满", held.expires, CITY)._replace(met_on=min(successors, default=None))]
    if last:
        code, since = last
        newer = since if since and opens < since <= on else None
        found.append(city_row(EDITION, code, f"评价标准{code}随政策期满复核", held.expires, CITY)._replace(met_on=newer))
    legal, link = Actors((Role.CITY_LEGAL,), None), reverse("policy:rule_list")
    for row in found:
        yield row._replace(opens=opens, how=how, actors=legal, organisation=POLICY.debtor, is_default_date=False, link=link)


class Ending(NamedTuple):
    """A term that ends: kind, key, last day, body whose people handle it, label."""

    kind: str
    pk: int
    last: dt.date
    body: int | None
    body_name: str | None
    is_demo: bool
    what: str


def collect_terms(day: Day) -> Iterable[Obligation]:
    """Terms that end soon; renewed ones and ended ones are left out. One statement for all kinds."""
    until = day.terms.calendar.add(day.on, day.terms.settings.integer(TERMS_DAYS))
    endings = memoisation.once(_ending_from, day.on, until)
    for ending in endings:
        if ending.body is not None:
            words = f"任职到期（{Role(ending.what).label}）" if ending.kind == "post" else f"咨询授权到期（{ending.what}）"
            yield _term(ending, words)
    if ends := [ending.last for ending in endings if ending.kind == "expert"]:
        first = min(ends)
        row = city_row(TERMS, f"experts:{first}", f"{len(ends)}名专家聘期到期", first, CITY)
        secretariat, how = Actors((Role.SECRETARIAT,), None), How(f"聘期至{day_in_words(first)}", TERMS.due)
        yield row._replace(organisation="评审秘书", actors=secretariat, how=how, is_default_date=False)


def _ending_from(on: dt.date, until: dt.date) -> list[Ending]:
    return sorted(map(Ending._make, ENDINGS.read(on, until)))


def _told(kind: str, found: QuerySet[Any, Any], body: str, what: str) -> QuerySet[Any, Any]:
    about = (f"{body}_id", f"{body}__name", F(f"{body}__is_demo")) if body else (NOBODY, NO_NAME, F("is_demo"))
    return found.order_by().values_list(Value(kind, CharField()), "pk", "valid_to", *about, what)


def _endings(on: dt.date, until: dt.date) -> QuerySet[Any, Any]:
    """Posts, mandates and terms of experts that end from one day to another, without those that a later one of the same follows."""
    ends, longer = {"valid_to__gte": on, "valid_to__lte": until}, Q(valid_to=None) | Q(valid_to__gt=OuterRef("valid_to"))
    later_post = Post.objects.filter(longer, ended_at=None, **{name: OuterRef(name) for name in ("user", "role", "organisation")})
    posts = Post.objects.filter(**ends, ended_at=None, user__is_active=True).exclude(Exists(later_post))
    later_mandate = ConsultantMandate.objects.filter(longer, **{name: OuterRef(name) for name in ("district", "organisation")})
    mandates = ConsultantMandate.objects.filter(**ends, district__applicant__isnull=False).exclude(Exists(later_mandate))
    return _told("post", posts, "organisation", "role").union(
        _told("mandate", mandates, "district__applicant", "organisation__name"),
        _told("expert", ExpertProfile.objects.filter(**ends), "", "status"),
        all=True,
    )


ENDINGS = Compiled(_endings, dt.date.min, dt.date.max)


def _term(one: Ending, title: str) -> Obligation:
    name, own = one.body_name or "", (one.body,) if one.body else ()
    return city_row(TERMS, f"{one.kind}:{one.pk}", title, one.last, name)._replace(
        organisation=name,
        organisation_id=one.body,
        debtor_ids=own,
        is_demo=one.is_demo,
        is_default_date=False,
        is_recorded=one.last >= first_day_in_use(),
        how=How(f"至{day_in_words(one.last)}", TERMS.due),
        actors=Actors(ADMINISTERING, own),
    )
