"""Accounts, posts and passwords. Each act is audited; nobody sees somebody else's password but a one-time one."""

import datetime as dt
import secrets
import string

from axes.utils import reset as unlock
from django.db import transaction

from greendistrict.accounts.enums import KEEPERS, OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.selectors import organisation_named, seats, users_visible_to
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused

EMPLOYER_CODE = "employer-"  # of bodies that experts work for and nobody else knows
ALPHABET = string.ascii_letters + string.digits


def one_time_password() -> str:
    """Random password of 16 letters and digits that holds three classes and no look-alikes."""
    letters = [sign for sign in ALPHABET if sign not in "0O1lI"]
    while True:
        word = "".join(secrets.choice(letters) for _ in range(16))
        if any(sign.islower() for sign in word) and any(sign.isupper() for sign in word) and any(sign.isdigit() for sign in word):
            return word


@transaction.atomic
def create_user(
    *, username: str, name: str, by: User | None, email: str = "", phone: str = "", password: str | None = None, demo: bool = False
) -> tuple[User, str]:
    """New user with a password (one-time unless given); returns both. The password is shown once and kept nowhere."""
    word = password or one_time_password()
    user = User(username=username.strip(), name=name.strip(), email=email, phone=phone, is_demo=demo)
    user.must_change_password = password is None
    user.set_password(word)
    user.password_changed_at = clock.now()
    user.full_clean(exclude=["password"])
    user.save()
    audit.record(action="accounts.create_user", by=by, obj=user)
    return user, word


@transaction.atomic
def appoint(
    *, user: User, organisation: Organisation, role: str, by: User | None, admin: bool = False, valid_from: dt.date | None = None
) -> Post:
    """Give a post. A keeper's post excludes every other post and the other way round."""
    held = set(Post.objects.select_for_update().filter(user=user, valid_to__isnull=True).values_list("role", flat=True))
    if held and (role in KEEPERS or held & KEEPERS) and held != {role}:
        msg = "系统、安全、审计管理员互不兼任，也不兼任其他岗位"
        raise Refused(msg)
    post = Post.objects.create(user=user, organisation=organisation, role=role, is_admin=admin, valid_from=valid_from or clock.today())
    user.__dict__.pop("_seats", None)
    audit.record(action="accounts.appoint", by=by, obj=post, data={"role": role, "organisation": organisation.name})
    return post


def _hold(by: User, role: str, words: str) -> None:
    if not seats(by).has(role):
        raise NotAllowed(words)


@transaction.atomic
def add_organisation(*, name: str, code: str, kind: str, by: User, parent: Organisation | None = None, group: str = "") -> Organisation:
    """Enter an organisation. System keeper only; raises ``ValidationError`` for a name or code that is taken."""
    _hold(by, Role.SYSTEM_KEEPER, "单位由系统管理员登记")
    known = Organisation.objects.filter(name=name.strip(), kind=OrganisationKind.EXPERT, code__startswith=EMPLOYER_CODE).first()
    body = known or Organisation(name=name.strip(), is_demo=by.is_demo)  # an employer that was only named takes part from now on
    body.code, body.kind, body.parent, body.group = code.strip(), kind, parent, group.strip() or body.group
    body.full_clean()
    body.save()
    audit.record(action="accounts.add_organisation", by=by, obj=body, data={"kind": kind})
    return body


@transaction.atomic
def name_employer(*, name: str, by: User | None, group: str = "", demo: bool = False) -> Organisation:
    """Organisation of this name or alias; an unknown one is entered as an employer of experts, which gives nobody any right."""
    name = name.strip()
    if (known := organisation_named(name)) is not None:
        return known
    body = Organisation(
        name=name, code=f"{EMPLOYER_CODE}{secrets.token_hex(6)}", kind=OrganisationKind.EXPERT, group=group.strip(), is_demo=demo
    )
    body.full_clean()
    body.save()
    audit.record(action="accounts.add_organisation", by=by, obj=body, data={"kind": body.kind})
    return body


def open_account(*, username: str, name: str, email: str, by: User) -> tuple[User, str]:
    """New account with a one-time password; it opens nothing before the security keeper gives it a post."""
    _hold(by, Role.SYSTEM_KEEPER, "账号由系统管理员建立")
    return create_user(username=username, name=name, email=email, by=by, demo=by.is_demo)


def grant_post(*, user: User, organisation: Organisation, role: str, by: User, admin: bool = False) -> Post:
    """Give somebody else a post. Security keeper only (三员: accounts and permissions lie in two hands)."""
    _hold(by, Role.SECURITY_KEEPER, "岗位由安全管理员授予")
    if user.pk == by.pk:
        msg = "不能给自己授予岗位"
        raise Refused(msg)
    if Post.objects.filter(user=user, organisation=organisation, role=role, valid_to__isnull=True).exists():
        msg = "已任这个岗位"
        raise Refused(msg)
    return appoint(user=user, organisation=organisation, role=role, by=by, admin=admin)


@transaction.atomic
def end_post(*, post: Post, by: User, reason: str) -> None:
    """End a post with the day; what was done in it stays on record. Security keeper only, never the own post."""
    _hold(by, Role.SECURITY_KEEPER, "岗位由安全管理员终止")
    if post.user_id == by.pk:
        msg = "不能终止自己的岗位"
        raise Refused(msg)
    if not reason.strip():
        msg = "请填写理由"
        raise Refused(msg)
    post.valid_to = max(clock.today(), post.valid_from)
    post.save(update_fields=["valid_to"])
    audit.record(action="accounts.end_post", by=by, obj=post, data={"reason": reason.strip()})


def change_password(*, user: User, password: str) -> None:
    """Own password; a one-time password ends here."""
    user.set_password(password)
    user.must_change_password = False
    user.password_changed_at = clock.now()
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password", "password_changed_at"])
        audit.record(action="accounts.change_password", by=user, obj=user)


def reset_password(*, user: User, by: User) -> str:
    """One-time password set by the organisation's administrator or a keeper; returned once for handing over.

    A name that is locked after wrong passwords is open again, as the page of the lock says.
    """
    if user.pk == by.pk or not may_look_after(by, user):
        msg = "只能由本单位管理员或系统管理员重置他人的密码"
        raise NotAllowed(msg)
    word = one_time_password()
    user.set_password(word)
    user.must_change_password = True
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password"])
        unlock(username=user.username)
        audit.record(action="accounts.reset_password", by=by, obj=user)
    return word


def set_active(*, user: User, active: bool, by: User, reason: str) -> None:
    """Enable or disable an account; sessions of a disabled one end with the next request."""
    if user.pk == by.pk or not may_look_after(by, user):
        msg = "只能由本单位管理员或系统管理员启用、停用账号"
        raise NotAllowed(msg)
    if not reason.strip():
        msg = "请填写理由"
        raise Refused(msg)
    user.is_active = active
    with transaction.atomic():
        user.save(update_fields=["is_active"])
        audit.record(action="accounts.set_active", by=by, obj=user, data={"active": active, "reason": reason.strip()})


def may_look_after(by: User, user: User) -> bool:
    """Whether ``by`` may reset or disable this account; a keeper's account belongs to the other keepers alone."""
    if not users_visible_to(by).filter(pk=user.pk).exists():
        return False
    is_keeper = Post.objects.filter(user=user, role__in=sorted(KEEPERS)).exists()
    return not is_keeper or seats(by).has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER)
