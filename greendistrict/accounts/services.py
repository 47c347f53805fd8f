"""Accounts and posts. Every act is audited; nobody sees or sets another person's password (``accounts.links``)."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from greendistrict.accounts import handing_on, links, post_rules, proposals
from greendistrict.accounts.departments import in_order
from greendistrict.accounts.enums import CITY, KEEPERS, OrganisationKind, Role
from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import Delegation, KeeperProposal, Organisation, Post, User
from greendistrict.accounts.new_accounts import create_user
from greendistrict.accounts.passwords import set_password
from greendistrict.accounts.post_rules import held_on, not_over
from greendistrict.accounts.revocation import Why, locked_person, revoke
from greendistrict.accounts.selectors import holders, is_keeper, may_look_after, organisation_named, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.folded_keys import visible

GRAVE = CITY | KEEPERS  # granted with a second keeper if the setting requires it
LOOKS_AFTER = "只能由本单位管理员或系统、安全管理员启用、停用账号"
EMPLOYER_CODE = "employer-"  # code prefix of bodies that only employ experts


@transaction.atomic
def appoint(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    by: User | None,
    admin: bool = False,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Post:
    """Grant a post compatible with the kind of body and the person's other posts, delegated ones included. Raises ``Refused``.

    Granting a keeper's post closes earlier password links of the person, because no second keeper has released them.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # serialises two grants for one person
    first = valid_from or clock.today()
    Refused.when(valid_to is not None and valid_to < first, "任职止不能早于任职起")
    new, held = (role, organisation.pk), post_rules.held_of(Post.objects.filter(post_rules.not_over(), user=user))
    taken = post_rules.held_of(post_rules.taken_on(user))
    former = role in KEEPERS and Post.objects.filter(user=user, role__in=sorted(KEEPERS)).exists()
    Refused.when(former and not held, "任过管理员岗位的账号不再授予管理员岗位，请另建账号")
    if wrong := post_rules.clash(new, held) or post_rules.clash(new, taken, delegated=True) or post_rules.misplaced(role, organisation):
        raise Refused(wrong)
    Refused.when(Post.objects.filter(user=user, organisation=organisation, role=role, valid_from=first).exists(), "已有同一天起的这个岗位")
    post = Post.objects.create(user=user, organisation=organisation, role=role, is_admin=admin, valid_from=first, valid_to=valid_to)
    user.__dict__.pop("_seats", None)
    if role in KEEPERS:
        links.close(user)
    term = {"from": first.isoformat(), "to": valid_to.isoformat() if valid_to else ""}
    audit.record(action="accounts.appoint", by=by, obj=post, data={"role": role, "organisation": organisation.name, **term})
    return post


def _hold(by: User, role: str, words: str) -> None:
    if not posts_of(by).has(role):
        raise NotAllowed(words)


@transaction.atomic
def add_organisation(
    *,
    name: str,
    code: str,
    kind: str,
    by: User,
    is_committee: bool = False,
    parent: Organisation | None = None,
    group: str = "",
    credit_code: str = "",
    departments: Sequence[str] = (),
    office_phone: str = "",
) -> Organisation:
    """Create an organisation; system keeper only. Raises ``ValidationError`` for a name or code in use."""
    _hold(by, Role.SYSTEM_KEEPER, "单位由系统管理员登记")
    known = Organisation.objects.filter(name=name.strip(), kind=OrganisationKind.EXPERT, code__startswith=EMPLOYER_CODE).first()
    body = known or Organisation(name=name.strip(), is_demo=by.is_demo)  # an employer known by name only takes part from now on
    body.code, body.kind, body.is_committee = code.strip(), kind, is_committee
    body.parent, body.group, body.credit_code = parent, group.strip() or body.group, credit_code or body.credit_code
    body.departments, body.office_phone = in_order(departments), office_phone.strip()
    body.full_clean()
    body.save()
    data = {"kind": kind, "is_committee": is_committee, "departments": body.departments}
    audit.record(action="accounts.add_organisation", by=by, obj=body, data=data)
    return body


CHANGEABLE = ("name", "credit_code", "kind", "is_committee", "parent", "departments", "group", "office_phone")
REACHING = ("kind", "parent")  # changing these would extend the rights of people with posts in the body, or make their posts incompatible


@transaction.atomic
def change_organisation(*, body: Organisation, values: Mapping[str, Any], reason: str, by: User) -> list[str]:
    """Change the data of an organisation; returns the names of changed fields. Without any, nothing is recorded; what is not given stays.

    System keeper only. The former name is kept as an alias, so that papers with it can still be matched. Kind and parent cannot change
    while anybody holds a post in the body, because rights depend on them and posts are the security keeper's duty. Raises ``Refused``, and
    ``ValidationError`` for a name in use.
    """
    _hold(by, Role.SYSTEM_KEEPER, "单位由系统管理员登记")
    Refused.unless(reason.strip(), "请填写理由")
    locked = Organisation.objects.select_for_update(of=("self",), no_key=True).select_related("parent").get(pk=body.pk)
    before = {name: getattr(locked, name) for name in CHANGEABLE}
    values = {**before, **values}
    values["departments"] = in_order(values["departments"])
    differing = [name for name in CHANGEABLE if values[name] != before[name]]
    if not differing:
        return []
    if set(REACHING) & set(differing) and locked.posts.filter(not_over()).exists():
        msg = f"{locked}有人任职，类别和上级涉及岗位的权限，先由安全管理员终止岗位"
        raise Refused(msg)
    # The parent is neither the organisation itself nor one below it.
    above = values["parent"]
    while above is not None:
        Refused.when(above.pk == locked.pk, "上级不能是本单位或其下属单位")
        above = above.parent
    for name in differing:
        setattr(locked, name, values[name])
    if "name" in differing:
        locked.aliases = [*(alias for alias in locked.aliases if alias != locked.name), before["name"]]
    locked.full_clean()
    locked.save()
    changed = {name: [_told(before[name]), _told(values[name])] for name in differing}
    audit.record(action="accounts.change_organisation", by=by, obj=locked, data={"changed": changed, "reason": reason.strip()})
    return differing


def _told(value: Any) -> str:
    """Value of a field for the audit record."""
    return "、".join(value) if isinstance(value, list) else str(value or "")


@transaction.atomic
def name_employer(*, name: str, by: User | None, group: str = "", demo: bool = False) -> Organisation:
    """Organisation of this name or alias; an unknown one is created as an employer of experts, which grants no rights."""
    name = visible(name)
    if (known := organisation_named(name)) is not None:
        return known
    body = Organisation(
        name=name, code=f"{EMPLOYER_CODE}{secrets.token_hex(6)}", kind=OrganisationKind.EXPERT, group=group.strip(), is_demo=demo
    )
    body.full_clean()
    body.save()
    audit.record(action="accounts.add_organisation", by=by, obj=body, data={"kind": body.kind})
    return body


@transaction.atomic
def open_account(*, username: str, name: str, email: str, by: User, second: bool = False) -> User:
    """Create an account; its person sets the password through a link. It has no rights until the security keeper grants a post."""
    _hold(by, Role.SYSTEM_KEEPER, "账号由系统管理员建立")
    user = create_user(username=username, name=name, email=email, by=by, demo=by.is_demo, second=second)
    links.ask_first(user=user, by=by)
    return user


def grant_post(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    by: User,
    admin: bool = False,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    under: KeeperProposal | None = None,
) -> Post:
    """Grant somebody else a post for a term. Security keeper only (三员: accounts and permissions are separate duties).

    A city or keeper post needs a proposal (``under``) approved by a second keeper, if the setting requires it.
    """
    _hold(by, Role.SECURITY_KEEPER, "岗位由安全管理员授予")
    Refused.when(under is None and needs_second(role), "市级岗位和管理员岗位须另一名管理员同意，请在“账号”页逐个提出")
    Refused.when(user.pk == by.pk, "不能给自己授予岗位")
    first = valid_from or clock.today()
    Refused.when(first < clock.today(), "任职起不能早于今天：过去的日子不补授权限")
    same = Post.objects.filter(user=user, organisation=organisation, role=role, ended_at__isnull=True)
    Refused.when(same.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first)).exists(), "这段时间已任这个岗位")
    return appoint(user=user, organisation=organisation, role=role, by=by, admin=admin, valid_from=first, valid_to=valid_to)


def needs_second(role: str, person: User | None = None) -> bool:
    """Whether granting a post of the role, or ending one of the person, needs two keepers."""
    on_keeper = role in KEEPERS and proposals.ON_KEEPERS in settings.TWO_KEEPERS
    return on_keeper or (role in GRAVE and proposals.is_wanted(proposals.POSTS, person))


def propose_post(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    by: User,
    reason: str,
    admin: bool,
    valid_from: dt.date | None,
    valid_to: dt.date | None,
) -> KeeperProposal:
    """Propose a post for the approval of a second keeper. Raises ``Refused`` if it could not be granted today."""
    term = {"valid_from": valid_from and valid_from.isoformat(), "valid_to": valid_to and valid_to.isoformat()}
    words = f"授予{organisation}{Role(role).label}岗位" + ("，兼单位管理员" if admin else "")
    words += f"，{day_in_words(valid_from)}起" if valid_from else ""
    words += f"，至{day_in_words(valid_to)}" if valid_to else ""
    data = {"organisation": organisation.pk, "role": role, "admin": admin, **term}
    return proposals.propose(kind=proposals.POSTS, person=user, words=words, data=data, reason=reason, by=by)


def grant_proposed(proposal: KeeperProposal) -> None:
    """Grant the post of an approved proposal; a first day that has passed since becomes today."""
    data = proposal.data
    first, last = (dt.date.fromisoformat(data[name]) if data[name] else None for name in ("valid_from", "valid_to"))
    grant_post(
        user=proposal.person,
        organisation=Organisation.objects.get(pk=data["organisation"]),
        role=data["role"],
        by=proposal.proposed_by,
        admin=data["admin"],
        valid_from=max(first, clock.today()) if first else None,
        valid_to=last,
        under=proposal,
    )


def propose_end(*, post: Post, by: User, reason: str, successor: User | None = None) -> KeeperProposal:
    """Propose to a second keeper to end a post. Raises ``Refused`` if it could not be ended today."""
    words = f"终止{post.organisation}{post.get_role_display()}岗位" + (f"，工作由{successor}接手" if successor else "")
    data = {"post": post.pk, "successor": successor.pk if successor else None}
    return proposals.propose(kind=proposals.END_POST, person=post.user, words=words, data=data, reason=reason, by=by)


def end_proposed(proposal: KeeperProposal) -> None:
    """End the post of an approved proposal."""
    post = Post.objects.select_related("user", "organisation").get(pk=proposal.data["post"])
    successor = User.objects.filter(pk=proposal.data["successor"]).first()
    end_post(post=post, by=proposal.proposed_by, reason=proposal.reason, successor=successor, under=proposal)


def hold_last_audit_keeper(person: User) -> None:
    """Raise ``Refused`` for the only active audit keeper: without one nobody reads what the other keepers do. Serialises such acts."""
    posts = Post.objects.select_for_update(of=("self",), no_key=True).filter(held_on(), role=Role.AUDIT_KEEPER, user__is_active=True)
    left = {post.user_id for post in posts.order_by("pk")}
    Refused.when(left == {person.pk}, "这是最后一名在任的审计管理员，先由两名管理员授予另一人审计管理员岗位")


@transaction.atomic
def end_post(*, post: Post, by: User, reason: str, successor: User | None = None, under: KeeperProposal | None = None) -> list[str]:
    """End a post at once; records of what was done in it stay. Security keeper only, never the own post.

    A city or keeper post needs a proposal (``under``) approved by a second keeper, if the setting requires it.

    If the person thereby leaves the body, hands on what is bound to the person to ``successor``; returns what was handed on, in words.
    """
    _hold(by, Role.SECURITY_KEEPER, "岗位由安全管理员终止")
    Refused.when(post.user_id == by.pk, "不能终止自己的岗位")
    two = under is None and needs_second(post.role, post.user)
    Refused.when(two, "市级岗位和管理员岗位须另一名管理员同意才能终止，请在“账号”页提出")
    hold_last_audit_keeper(post.user)
    hold_successor(successor, post.user, post.organisation)
    stays = Post.objects.filter(not_over(), user=post.user, organisation=post.organisation).exclude(pk=post.pk).exists()
    if successor is None or stays:
        close_post(post=post, by=by, reason=reason)
        return []
    handed = leave_work(person=post.user, body=post.organisation, successor=successor, by=by)
    close_post(post=post, by=by, reason=reason)
    words = f"{post.user.name}不再任{post.organisation.name}{post.get_role_display()}"
    carrier().notify(
        key=f"account:{post.user_id}:left:{post.pk}",
        receivers=[successor],
        title=f"{words}，工作由您接手",
        body="；".join(handed) or "没有本人名下的事项。",
        path=reverse("portal:workdesk"),
        demo=post.user.is_demo,
    )
    return handed


def hold_successor(successor: User | None, person: User, body: Organisation) -> None:
    """Raise ``Refused`` for a successor who is not in the body or is the person leaving."""
    if successor is not None:
        Refused.when(successor.pk == person.pk, "接手人不能是离任的人")
        Refused.unless(body.pk in posts_of(successor).organisation_ids, f"{successor}今天没有本单位的岗位")


def leave_work(*, person: User, body: Organisation, successor: User, by: User) -> list[str]:
    """Hand on what is bound to the person, and end delegations the person had there; returns what was handed on, in words."""
    taken = Delegation.objects.filter(deputy=person, post__organisation=body, ended_at__isnull=True, last__gte=clock.today())
    ended = taken.update(ended_at=clock.now(), ended_by=by)
    handed = [*handing_on.hand_on(person, successor), *([f"结束受托{ended}项"] if ended else [])]
    audit.record(action="accounts.hand_on", by=by, obj=person, data={"successor": successor.name, "handed": handed})
    return handed


@transaction.atomic
def close_post(*, post: Post, by: User | None, reason: str, why: Why = Why.LEFT) -> None:
    """End a post at once, with its delegations and what was made under it; with the last post everything ends (``why``).

    The caller has checked whether ``by`` may do so. Raises ``Refused``.
    """
    Refused.unless(reason.strip(), "请填写理由")
    person = locked_person(post.user)
    Refused.when(post.is_over or Post.objects.filter(pk=post.pk, ended_at__isnull=False).exists(), "任职已经结束")
    post.valid_to, post.ended_at = max(clock.today(), post.valid_from), clock.now()
    post.save(update_fields=["valid_to", "ended_at"])
    open_still = Delegation.objects.filter(post=post, ended_at__isnull=True, last__gte=clock.today())
    open_still.update(ended_at=clock.now(), ended_by=by)
    post.user.__dict__.pop("_seats", None)
    audit.record(action="accounts.end_post", by=by, obj=post, data={"reason": reason.strip()})
    revoke(person, Why.POST if person.posts.filter(not_over()).exists() else why, by=by)


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """Change one's own password, given the old one."""
    set_password(user=user, password=password, why=Why.PASSWORD)
    audit.record(action="accounts.change_password", by=user, obj=user)


def propose_activity(*, user: User, active: bool, by: User, reason: str) -> KeeperProposal:
    """Propose to a second keeper to disable or enable a keeper's account. Raises ``Refused``."""
    words = f"{'启用' if active else '停用'}账号"
    return proposals.propose(kind=proposals.ACTIVITY, person=user, words=words, data={"active": active}, reason=reason, by=by)


def set_active_proposed(proposal: KeeperProposal) -> None:
    """Disable or enable the account of an approved proposal."""
    active, by = proposal.data["active"], proposal.proposed_by
    set_active(user=proposal.person, active=active, by=by, reason=proposal.reason, under=proposal)


@transaction.atomic
def set_active(*, user: User, active: bool, by: User, reason: str, under: KeeperProposal | None = None) -> None:
    """Enable or disable an account; disabling takes away every way in for good (``accounts.revocation``).

    For a keeper's account the audit keepers and the person are notified, and a proposal approved by a second keeper is needed (``under``)
    if the setting requires it.
    """
    NotAllowed.when(user.pk == by.pk or not may_look_after(by, user), LOOKS_AFTER)
    Refused.unless(reason.strip(), "请填写理由")
    two = under is None and proposals.is_wanted(proposals.ACTIVITY, user)
    Refused.when(two, "停用、启用管理员的账号须另一名管理员同意，请在“账号”页提出")
    if not active:
        hold_last_audit_keeper(user)
    user.is_active = active
    if active:
        user.active_since = clock.now()  # counts as use; otherwise the nightly job would disable the account again
    user.save(update_fields=["is_active", "active_since"])
    if not active:
        revoke(user, Why.DISABLED, by=by)
    done = audit.record(action="accounts.set_active", by=by, obj=user, data={"active": active, "reason": reason.strip()})
    if is_keeper(user):
        words = f"{by.name}{'启用' if active else '停用'}了{user.name}的账号"
        receivers = [*holders(Role.AUDIT_KEEPER), user]
        key, path = f"account:{user.pk}:active:{done.pk}", reverse("notifications:inbox")
        carrier().notify(key=key, receivers=receivers, title=words, body=reason.strip(), path=path, demo=user.is_demo)
