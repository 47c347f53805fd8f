"""The administrator of an organisation invites people: creates an account with one post there, and a link to set the password.

The link works like that of every new account: sent to the person's own address, once, valid for three days. Posts of the city, keepers
and experts, and people who have an account already, are left to the security keeper. Nobody invites to a post above the own one, or
further administrators. The security keepers are notified of each invitation.
"""

import datetime as dt

from django.db import transaction
from django.urls import reverse

from greendistrict.accounts import links, services
from greendistrict.accounts.enums import CITY, KEEPERS, LOWEST_RANK, RANKS, Role
from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.new_accounts import create_user
from greendistrict.accounts.post_rules import KINDS, not_over
from greendistrict.accounts.selectors import holders, is_keeper, mail_holder, posts_of, users_visible_to
from greendistrict.audit import services as audit
from greendistrict.core.errors import NotAllowed, Refusal, Refused

GRANTED_BY_KEEPER = CITY | KEEPERS | {Role.EXPERT}


def roles_to_invite(by: User, body: Organisation) -> list[Role]:
    """Roles to which ``by`` may invite into the body; empty if ``by`` does not administer it."""
    posts = posts_of(by)
    if body.pk not in posts.admin_of:
        return []
    own = max(RANKS.get(Role(post.role), LOWEST_RANK) for post in posts.own if post.organisation_id == body.pk)
    fitting = [role for role in Role if body.kind in KINDS[role] and role not in GRANTED_BY_KEEPER]
    return [role for role in fitting if RANKS.get(role, LOWEST_RANK) <= own]


@transaction.atomic
def invite(*, body: Organisation, username: str, name: str, email: str, role: str, by: User, valid_to: dt.date | None = None) -> User:
    """Create an account with a post in the body and send the link. Raises ``NotAllowed``, ``Refused``, ``ValidationError``."""
    NotAllowed.unless(role in roles_to_invite(by, body), "只能邀请人员到本单位、岗位不高于自己；市级、三员和专家岗位由安全管理员授予")
    if mail_holder(email):
        raise Refused([Refusal("这个电子邮箱已有账号，请安全管理员为其授予本单位的岗位", field="email")])
    person = create_user(username=username, name=name, email=email, by=by, demo=by.is_demo)
    services.appoint(user=person, organisation=body, role=role, by=by, valid_to=valid_to)
    links.ask_first(user=person, by=by)
    audit.record(action="accounts.invite", by=by, obj=person, data={"organisation": body.name, "role": role})
    words = f"账号{person.username}，{Role(role).label}。"
    carrier().notify(
        key=f"account:{person.pk}:invited",
        receivers=[*holders(Role.SECURITY_KEEPER)],
        title=f"{by.name}邀请{person.name}到{body.name}",
        body=words,
        path=reverse("accounts:user_list"),
        demo=person.is_demo,
    )
    return person


def may_part(by: User, person: User, body: Organisation) -> bool:
    """Whether ``by`` may end the person's posts in the body: its administrator, for people administered there, never for keepers."""
    if person.pk == by.pk or body.pk not in posts_of(by).admin_of or is_keeper(person):
        return False
    return users_visible_to(by).filter(pk=person.pk).exists()


@transaction.atomic
def part(*, person: User, body: Organisation, successor: User, open_work: list[str], reason: str, by: User) -> list[str]:
    """End all posts of a person who leaves the body, and hand on open work to ``successor``; returns what was handed on, in words.

    Raises ``NotAllowed``, ``Refused``.
    """
    NotAllowed.unless(may_part(by, person, body), "由本单位管理员办理只在本单位任职的人员离任")
    services.hold_successor(successor, person, body)
    grave = any(services.needs_second(post.role, person) for post in Post.objects.filter(not_over(), user=person, organisation=body))
    Refused.when(grave, "市级岗位由安全管理员提出终止，由另一名管理员决定")
    handed = services.leave_work(person=person, body=body, successor=successor, by=by)
    posts = [post for post in Post.objects.filter(user=person, organisation=body) if not post.is_over]
    for post in posts:
        services.close_post(post=post, by=by, reason=reason)
    audit.record(action="accounts.part", by=by, obj=person, data={"successor": successor.name, "open": open_work, "reason": reason.strip()})
    carrier().notify(
        key=f"account:{person.pk}:parted:{posts[0].pk if posts else 0}",
        receivers=[successor],
        title=f"{person.name}离任，工作由您接手",
        body="\n".join([*open_work, *handed]) or "没有在办事项。",
        path=reverse("portal:workdesk"),
        demo=person.is_demo,
    )
    return handed
