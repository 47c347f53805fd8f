"""Password links: the only way to set a new password without knowing the old one.

Nobody sees another person's password or link: the link goes to the person's own e-mail address, works once and for a limited time, and
only its digest is stored. A link requested by a keeper, or to an address entered by somebody else, is sent after a second keeper of
another kind than the requester has released it. The person and the audit keepers are notified when it is requested and when it is used.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from greendistrict.accounts.enums import KEEPERS, LinkPurpose, Role
from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import PasswordLink, User
from greendistrict.accounts.passwords import set_password
from greendistrict.accounts.revocation import Why, locked_person
from greendistrict.accounts.selectors import (
    holders,
    is_keeper,
    mail_holder,
    mail_holders,
    mail_taken,
    may_look_after,
    person_named,
    posts_of,
)
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused
from greendistrict.core.folded_keys import folded
from greendistrict.core.mails import plain_mail

SECRET_BYTES = 32
LIVES = {LinkPurpose.FIRST: dt.timedelta(days=3), LinkPurpose.RESET: dt.timedelta(days=1), LinkPurpose.FORGOTTEN: dt.timedelta(minutes=30)}
WAITS_FOR_RELEASE = dt.timedelta(days=3)
AGAIN_AFTER = dt.timedelta(minutes=10)
TAKEN = "这个电子邮箱现在登记在别的账号，密码没有改动，链接仍然有效。请告知系统管理员核对电子邮箱，核对以后再打开这个链接"
TAKEN_MEANWHILE = "这个电子邮箱在提出以后登记到了别的账号，链接没有发出。请核对电子邮箱，不予放行的，由系统、安全管理员重新提出"


@transaction.atomic
def ask(*, user: User, by: User, address: str = "", second: bool = False) -> PasswordLink:
    """Request a link for somebody else. Raises ``NotAllowed``; ``Refused`` without an address or for a disabled account.

    ``address``: send it here instead of the stored address, and replace that address once the link is used; keepers only, needs a release.
    ``second``: the account is another one of the person who has that address; without it an address in use is refused.
    """
    NotAllowed.when(user.pk == by.pk or not may_look_after(by, user), "只能由本单位管理员或系统、安全管理员为他人提出")
    address = plain_mail(address)
    moved = address if folded(address) != folded(user.email) else ""
    NotAllowed.when(moved and not posts_of(by).has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER), "电子邮箱由系统、安全管理员登记")
    shared = _other_account(user, moved, second=second)
    Refused.unless(user.is_active, "账号已停用，先启用再重置密码")
    Refused.unless(moved or user.email, "这个账号没有登记电子邮箱，链接无处可发；请系统管理员填写电子邮箱后再提出")
    purpose = LinkPurpose.RESET if user.has_usable_password() else LinkPurpose.FIRST
    return _begin(user, by, purpose, moved, needs_release=bool(moved) or is_keeper(user), same_person=shared)


def _other_account(user: User, address: str, *, second: bool) -> User | None:
    """The account of the same person that has the address; None for a free one. Raises ``Refused`` at the field."""
    others = _other_holders(user, address)
    if not _may_be_one(user, others):
        raise Refused([Refusal("这个电子邮箱已登记在另一人的账号，请核对", field="address")])
    if others and not second:
        raise Refused([Refusal(mail_taken(others[0].username), field="address", remedy="是的，勾选“是同一个人另建的账号”")])
    return others[0] if others else None


def _is_anothers(link: PasswordLink) -> bool:
    """Whether its new address is by now that of another person, or of accounts of which its keeper confirmed none as the same person's."""
    others = _other_holders(link.user, link.address)
    return bool(others) and (link.same_person_id not in {other.pk for other in others} or not _may_be_one(link.user, others))


def _other_holders(user: User, address: str) -> list[User]:
    return list(mail_holders(address).exclude(pk=user.pk))


def _may_be_one(user: User, others: Iterable[User]) -> bool:
    """Whether all of these accounts bear the name of the person."""
    return all(other.name == user.name for other in others)


@transaction.atomic
def ask_first(*, user: User, by: User) -> PasswordLink:
    """Create the first link of a new account."""
    return _begin(user, by, LinkPurpose.FIRST, "", needs_release=False)


@transaction.atomic
def ask_own(*, username: str, email: str) -> bool:
    """Create a link for an account, given its name and e-mail address. Returns whether one was created; the page must not reveal it."""
    user = person_named(username)
    if user is None or not user.is_active or not user.email or folded(user.email) != folded(email):
        return False
    if user.password_links.filter(asked_at__gt=clock.now() - AGAIN_AFTER, closed_at__isnull=True, used_at__isnull=True).exists():
        return False
    _begin(user, user, LinkPurpose.FORGOTTEN, "", needs_release=is_keeper(user))
    return True


def close(user: User) -> int:
    """Close the person's links that can still be used or released."""
    return user.password_links.filter(used_at__isnull=True, closed_at__isnull=True).update(closed_at=clock.now())


def close_asked(by: User) -> int:
    """Close the links that a person asked for on behalf of others and that nobody has released."""
    waits = PasswordLink.objects.filter(asked_by=by, needs_release=True, released_at__isnull=True, used_at__isnull=True)
    return waits.filter(closed_at__isnull=True).exclude(user=by).update(closed_at=clock.now())


def _begin(
    user: User, by: User, purpose: LinkPurpose, address: str, *, needs_release: bool, same_person: User | None = None
) -> PasswordLink:
    close(user)
    sent = {"purpose": purpose, "address": address, "needs_release": needs_release}
    link = PasswordLink.objects.create(user=user, asked_by=by, asked_at=clock.now(), same_person=same_person, is_demo=user.is_demo, **sent)
    shared = {"same_person": same_person.username} if same_person is not None else {}
    audit.record(action="accounts.ask_link", by=by, obj=user, data={**sent, **shared})
    if needs_release:
        notified = [*holders(*sorted(KEEPERS)), user]
        _notify(link, "asked", notified, title=f"{user.name}的密码重置等待放行", body=_asked_words(link))
    else:
        carrier().send_link(link)
        if purpose != LinkPurpose.FIRST:
            notified = [*holders(Role.AUDIT_KEEPER)]
            _notify(link, "asked", notified, title=f"{user.name}的密码重置链接已发出", body=_asked_words(link))
    return link


def _asked_words(link: PasswordLink) -> str:
    asked = "本人" if link.asked_by_id == link.user_id else link.asked_by.name if link.asked_by else "服务器控制台"
    to = f"，发到新的电子邮箱{link.address}" if link.address else ""
    return f"账号{link.user.username}，{asked}提出{link.get_purpose_display()}{to}。不是本人或职责所需的，请告知安全管理员和审计管理员。"


def _notify(link: PasswordLink, event: str, receivers: Iterable[User], *, title: str, body: str) -> None:
    key = f"account:{link.user_id}:link:{link.pk}:{event}"
    keepers_page = reverse("accounts:link_list")
    for receiver in receivers:
        path = keepers_page if receiver.pk != link.user_id else ""
        carrier().notify(key=key, receivers=[receiver], title=title, body=body, path=path, demo=link.is_demo)


def may_release(by: User, link: PasswordLink) -> bool:
    """Whether ``by`` may release the link: a keeper, neither the person nor the requester, and of another kind than a requesting keeper."""
    own = posts_of(by).roles & KEEPERS
    if not own or by.pk in {link.user_id, link.asked_by_id}:
        return False
    return link.asked_by_id == link.user_id or link.asked_by is None or not own & posts_of(link.asked_by).roles


def waiting() -> QuerySet[PasswordLink]:
    """Links waiting for release by a second keeper."""
    fresh = Q(needs_release=True, released_at__isnull=True, closed_at__isnull=True, asked_at__gt=clock.now() - WAITS_FOR_RELEASE)
    return PasswordLink.objects.filter(fresh).select_related("user", "asked_by", "same_person").order_by("pk")


def waiting_for(by: User) -> list[tuple[PasswordLink, bool]]:
    """Links waiting for release, each with whether ``by`` may release it."""
    found = list(waiting())
    askers: dict[int | None, User | None] = {}
    for link in found:
        link.asked_by = askers.setdefault(link.asked_by_id, link.asked_by)  # the posts of each requester are read once
    return [(link, may_release(by, link)) for link in found]


@transaction.atomic
def release(*, link: PasswordLink, by: User) -> None:
    """Release a waiting link.

    Raises ``NotAllowed``; ``Refused`` if its address is taken; ``Closed`` if it no longer waits or its requester may not request links.
    """
    held = _held_waiting(link, by)
    Refused.when(_is_anothers(held), TAKEN_MEANWHILE)
    held.released_by, held.released_at = by, clock.now()
    held.save(update_fields=["released_by", "released_at"])
    audit.record(action="accounts.release_link", by=by, obj=held.user, data={"asked_by": held.asked_by_id})
    carrier().send_link(held)
    notified = [*holders(Role.AUDIT_KEEPER), held.user]
    _notify(held, "released", notified, title=f"{held.user.name}的密码重置已放行", body=f"{by.name}放行，链接已发到本人电子邮箱。")


@transaction.atomic
def decline(*, link: PasswordLink, by: User) -> None:
    """Close a waiting link. Raises as ``release``."""
    held = _held_waiting(link, by)
    held.closed_at = clock.now()
    held.save(update_fields=["closed_at"])
    audit.record(action="accounts.decline_link", by=by, obj=held.user, data={"asked_by": held.asked_by_id})
    notified = [*holders(Role.AUDIT_KEEPER), held.user]
    _notify(held, "declined", notified, title=f"{held.user.name}的密码重置没有放行", body=f"{by.name}不予放行。")


def _held_waiting(link: PasswordLink, by: User) -> PasswordLink:
    """The locked link, if ``by`` may decide on it. Raises ``NotAllowed``, ``Closed``."""
    held = waiting().select_for_update(of=("self",), no_key=True).filter(pk=link.pk).first()
    if held is None:
        msg = "这条申请已办理或已过期"
        raise Closed(msg)
    if held.asked_by is not None and held.asked_by != held.user and not may_look_after(held.asked_by, held.user):
        msg = "提出人已不再任这个岗位，申请作废，需要的请重新提出"
        raise Closed(msg)
    NotAllowed.unless(may_release(by, held), "须由另一类管理员放行，提出人和本人不能放行")
    return held


def fill(link: PasswordLink) -> str:
    """Create the secret of a link that may be sent and store its digest; returns the secret."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link.digest, link.sent_at = digest_of(secret), clock.now()
    link.expires_at = link.sent_at + LIVES[LinkPurpose(link.purpose)]
    link.save(update_fields=["digest", "sent_at", "expires_at"])
    return secret


@transaction.atomic
def printed(*, user: User) -> str:
    """Address of a link for the server console, which has access to the database anyway; recorded and notified like any other."""
    purpose = LinkPurpose.RESET if user.has_usable_password() else LinkPurpose.FIRST
    close(user)
    link = PasswordLink.objects.create(user=user, asked_at=clock.now(), purpose=purpose, is_demo=user.is_demo)
    audit.record(action="accounts.print_link", by=None, obj=user, data={"purpose": purpose})
    notified = [*holders(Role.AUDIT_KEEPER).exclude(pk=user.pk), user]
    _notify(link, "printed", notified, title=f"服务器控制台生成了{user.name}的设定密码链接", body=_asked_words(link))
    return address_of(fill(link))


def address_of(secret: str) -> str:
    """Address of the page on which the person sets the password."""
    return f"{settings.SITE_URL}{reverse('accounts:link', args=[secret])}"


def digest_of(secret: str) -> str:
    """Digest of a secret, as stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def usable(secret: str) -> PasswordLink | None:
    """The link with this secret if it can be used; None for an unknown, used, closed or expired link, or a disabled account."""
    works = Q(used_at__isnull=True, closed_at__isnull=True, expires_at__gt=clock.now(), user__is_active=True)
    return PasswordLink.objects.filter(works, digest=digest_of(secret)).select_related("user").first()


@transaction.atomic
def use(*, secret: str, password: str) -> User:
    """Set the person's password, once.

    Raises ``Closed`` if the link can no longer be used, and ``Refused``, with the link as it was, while its address is another person's.
    """
    known = PasswordLink.objects.filter(digest=digest_of(secret)).select_related("user").first()
    if known is not None:
        locked_person(known.user)  # the person before the link, as whoever closes links does
        PasswordLink.objects.select_for_update(no_key=True).get(pk=known.pk)
    link = usable(secret)
    if link is None:
        msg = "链接已失效"
        raise Closed(msg)
    user = link.user
    before = "原密码、" if user.has_usable_password() else ""
    Refused.when(_is_anothers(link), TAKEN)
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    if link.address:
        user.email, user.shares_mail = link.address, mail_holder(link.address, other_than=user) is not None
        user.save(update_fields=["email", "shares_mail"])
    set_password(user=user, password=password, why=Why.RESET)
    audit.record(action="accounts.set_password", by=user, obj=user, data={"purpose": link.purpose, "address": link.address})
    if link.purpose != LinkPurpose.FIRST:
        notified = [*holders(Role.AUDIT_KEEPER).exclude(pk=user.pk), user]
        body = f"账号{user.username}。{before}接口令牌和其他登录随即失效。"
        _notify(link, "used", notified, title=f"{user.name}的密码已重新设定", body=body)
    return user
