"""Disables unused accounts after a notice (等保: no idle accounts). Runs nightly, safe to repeat.

Signing in counts as use, and so do setting a new password and being enabled again. Demonstration accounts are exempt, and so is the last
keeper of a kind, without whom nobody could enable accounts.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Greatest
from django.urls import reverse

from greendistrict.accounts.enums import KEEPERS, Role
from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import Post, User
from greendistrict.accounts.post_rules import not_over
from greendistrict.accounts.revocation import Why, revoke
from greendistrict.accounts.selectors import holders
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.row_faults import one_by_one

LOOKED_BACK = dt.timedelta(days=30)  # how long the nightly job may have been missed


def unused_since(moment: dt.datetime) -> QuerySet[User]:
    """Enabled real accounts last used before ``moment``; annotated with ``used_at``."""
    people = User.objects.filter(is_active=True, is_demo=False)
    return people.annotate(used_at=Greatest("last_login", "password_changed_at", "active_since")).filter(used_at__lt=moment).order_by("pk")


def look() -> int:
    """Notify people near the limit and disable accounts beyond it; returns the number disabled. Does nothing if the limit is 0."""
    limit = settings.UNUSED_DAYS
    if not limit:
        return 0
    now = clock.now()
    ends = now - dt.timedelta(days=limit)
    warned = ends + dt.timedelta(days=settings.UNUSED_NOTICE_DAYS)

    def look_at(person: User) -> bool:
        used: dt.datetime = vars(person)["used_at"]
        if used < ends:
            return _disable(person, used)
        # Send one notice per period without use: the event key contains the last use.
        end = used + dt.timedelta(days=limit)
        body = f"最近一次使用是{_day(used)}。{_day(end)}以前登录一次即继续有效；停用以后由本单位管理员或系统、安全管理员启用。"
        key, path = f"account:{person.pk}:unused:{used:%Y%m%d}", reverse("portal:workdesk")
        carrier().notify(key=key, receivers=[person], title="账号长期没有使用，将停用", body=body, path=path, demo=False)
        return False

    return sum(one_by_one("unused-accounts", list(unused_since(warned)), look_at))


def _disable(person: User, used: dt.datetime) -> bool:
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if not locked.is_active or _is_last_keeper(locked):
            return False
        locked.is_active = False
        locked.save(update_fields=["is_active"])
        revoke(locked, Why.DISABLED)
        days = settings.UNUSED_DAYS
        audit.record(action="accounts.disable_unused", by=None, obj=locked, data={"used": used.isoformat(), "days": days})
        receivers = [*holders(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER)]
        key, path = f"account:{locked.pk}:disabled:{used:%Y%m%d}", reverse("accounts:user_list")
        title, body = f"{locked.name}的账号因{days}天没有使用停用", f"账号{locked.username}，最近一次使用是{_day(used)}。"
        carrier().notify(key=key, receivers=receivers, title=title, body=body, path=path, demo=False)
    return True


def terms_over() -> int:
    """Take away what people still hold whose last post has ended by its term; returns the number of people. Nightly, safe to repeat."""
    today = clock.today()
    ended = Post.objects.filter(valid_to__lt=today, valid_to__gte=today - LOOKED_BACK).values("user")
    people = User.objects.filter(pk__in=ended).exclude(pk__in=Post.objects.filter(not_over()).values("user")).order_by("pk")
    return sum(map(bool, one_by_one("unused-accounts:terms", list(people), lambda person: revoke(person, Why.LEFT))))


def _is_last_keeper(person: User) -> bool:
    roles = set(person.posts.filter(role__in=sorted(KEEPERS)).values_list("role", flat=True))
    return any(not holders(role).exclude(pk=person.pk).exists() for role in roles)


def _day(moment: dt.datetime) -> str:
    return day_in_words(moment.astimezone(clock.SHANGHAI).date())
