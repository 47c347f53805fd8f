"""Yearly review of accounts (等保: superfluous and expired accounts): each enabled account with a post is confirmed or marked for removal.

The security keeper reviews; a keeper's account is reviewed by another keeper, a security keeper's by the system keeper. Marking removes
nothing: posts are ended and accounts disabled on their own pages, with reasons. Due by the end of the year are accounts whose posts began
before it; a person whose first post began within the year was checked then, but may be reviewed too.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet, Subquery

from greendistrict.accounts.enums import ReviewOutcome, Role
from greendistrict.accounts.models import AccountReview, Post, User
from greendistrict.accounts.post_rules import not_over
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused


class ReviewProgress(NamedTuple):
    """Progress of the review of a year: accounts due, how many of them are reviewed, and the day of the last review."""

    owed: int
    done: int
    last: dt.date | None

    @property
    def left(self) -> int:
        """Number of accounts still to review."""
        return self.owed - self.done


def under_review(year: int) -> QuerySet[User]:
    """Enabled accounts with a post that has not ended; annotated with ``is_owed``: the person had a post before the year."""
    posts = Post.objects.filter(not_over(), user=OuterRef("pk"))
    users = User.objects.filter(Exists(posts), is_active=True)
    return users.annotate(is_owed=_held_before(year)).order_by("username")


def _held_before(year: int) -> Exists:
    return Exists(Post.objects.filter(user=OuterRef("pk"), valid_from__lt=dt.date(year, 1, 1)))


def reviews_of(year: int) -> Mapping[int, AccountReview]:
    """Reviews of a year by person."""
    return {one.person_id: one for one in AccountReview.objects.filter(year=year).select_related("reviewed_by")}


def progress_of(year: int, on: dt.date | None = None) -> ReviewProgress:
    """Progress of the review of a year, now or at the end of a day."""
    done = AccountReview.objects.filter(year=year, person=OuterRef("pk"))
    if on is not None:
        done = done.filter(reviewed_at__lt=clock.end_of(on))
    owed = under_review(year).filter(_held_before(year)).order_by().annotate(at=Subquery(done.values("reviewed_at")))
    found = owed.aggregate(owed=Count("pk"), done=Count("at"), last=Max("at"))
    last = found["last"]
    return ReviewProgress(found["owed"], found["done"], last.astimezone(clock.SHANGHAI).date() if last else None)


def years() -> list[int]:
    """Years with a page, newest first: the current one and those with a review."""
    first = AccountReview.objects.aggregate(first=Min("year"))["first"]
    today = clock.today().year
    return list(range(today, min(first or today, today) - 1, -1))


def may_review(by: User, person: User, *, security: bool) -> bool:
    """Whether ``by`` may review the account; ``security``: it is a security keeper's."""
    posts = posts_of(by)
    return by.pk != person.pk and (posts.has(Role.SECURITY_KEEPER) or (security and posts.has(Role.SYSTEM_KEEPER)))


def security_keepers() -> frozenset[int]:
    """People who hold a security keeper's post."""
    return frozenset(Post.objects.filter(not_over(), role=Role.SECURITY_KEEPER).values_list("user_id", flat=True))


@transaction.atomic
def review(*, people: Iterable[User], outcome: str, remark: str, seen: Mapping[int, str], by: User) -> int:
    """Record the outcome for accounts in the review of this year; returns how many. Raises ``NotAllowed``, ``Refused``.

    A second decision within the year replaces the first; the audit record keeps both. ``seen``: by person id, what the list showed.
    """
    Refused.unless(outcome in ReviewOutcome.values, "请选择结论")
    Refused.when(outcome == ReviewOutcome.REMOVAL and not remark.strip(), "应予清理的，请填写说明")
    year, security, done = clock.today().year, security_keepers(), []
    for person in people:
        NotAllowed.unless(may_review(by, person, security=person.pk in security), f"{person.name}的账号由另一名管理员复核")
        values = {"outcome": outcome, "remark": remark.strip(), "seen": fitted(AccountReview, "seen", seen.get(person.pk, ""))}
        AccountReview.objects.update_or_create(year=year, person=person, defaults={**values, "reviewed_by": by, "reviewed_at": clock.now()})
        done.append(person)
    Refused.unless(done, "请选择账号")
    for person in done:
        data = {"year": year, "outcome": outcome, "remark": remark.strip(), "seen": seen.get(person.pk, "")}
        audit.record(action="accounts.review", by=by, obj=person, data=data)
    return len(done)
