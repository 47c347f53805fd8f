"""Which posts are compatible: the kinds of body a role belongs to, and roles that one person cannot hold together.

``appoint`` refuses violations. Posts granted before these rules stay valid and are listed (``misfits``, ``manage.py check_posts``, and the
keepers' list of accounts) until the security keeper ends them.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from greendistrict.accounts.enums import CITY, KEEPERS, OrganisationKind, Role
from greendistrict.accounts.models import Delegation, Organisation, Post, User
from greendistrict.core import clock

# A 管委会 or a district's own department can be the applicant (指导意见 八（一）), and a department the 区专门机构.
_APPLICANTS = frozenset({OrganisationKind.APPLICANT, OrganisationKind.AUTHORITY, OrganisationKind.BUREAU})
_DISTRICT_BODIES = frozenset({OrganisationKind.AUTHORITY, OrganisationKind.BUREAU})
KINDS: dict[str, frozenset[OrganisationKind]] = {
    **dict.fromkeys(CITY, frozenset({OrganisationKind.CITY})),
    **dict.fromkeys(KEEPERS, frozenset({OrganisationKind.KEEPER})),
    Role.SECRETARIAT: frozenset({OrganisationKind.SECRETARIAT}),
    Role.PARTNER: frozenset({OrganisationKind.PARTNER}),
    Role.AUTHORITY: _DISTRICT_BODIES,
    Role.BUREAU: _DISTRICT_BODIES,
    Role.PREPARER: _APPLICANTS,
    Role.REVIEWER: _APPLICANTS,
    Role.CONSULTANT: frozenset({OrganisationKind.CONSULTANT}),
    Role.EXPERT: frozenset({OrganisationKind.EXPERT}),
    Role.VERIFIER: frozenset({OrganisationKind.VERIFIER}),
}
PARTIES = frozenset({Role.AUTHORITY, Role.BUREAU, Role.PREPARER, Role.REVIEWER, Role.CONSULTANT, Role.VERIFIER})
DECIDING = CITY | {Role.SECRETARIAT}
SIGNING = frozenset({Role.PREPARER, Role.REVIEWER})
Held = tuple[str, int]  # role, organisation id


def misplaced(role: str, organisation: Organisation) -> str:
    """Why the role does not belong to this kind of body; empty if it does."""
    kinds = KINDS[role]
    if organisation.kind in kinds:
        return ""
    named = "、".join(kind.label for kind in OrganisationKind if kind in kinds)
    return f"{Role(role).label}岗位只能设在{named}，{organisation}是{OrganisationKind(organisation.kind).label}"


def clash(new: Held, others: Iterable[Held], *, delegated: bool = False) -> str:
    """Why one person cannot hold ``new`` in addition to ``others``, in words; empty if permitted.

    Two posts of one chain are held by two people. If one of them is ``delegated``, they are separated per matter instead
    (``workflow.services``): a person who took a step in a matter takes no other step in it on behalf of somebody else.
    """
    return next((words for other in others if (words := _clash_of(new, other, delegated) or _clash_of(other, new, delegated))), "")


def _clash_of(one: Held, other: Held, delegated: bool) -> str:  # noqa: FBT001 -- told by name in clash
    (role, body), (second, at) = one, other
    chain = not delegated
    rules = (
        (role in KEEPERS, "系统、安全、审计管理员互不兼任，也不兼任其他岗位"),
        (chain and role in CITY and second in CITY, "经办、审核、审定、法制是同一条审批链，一人只任其中一岗"),
        (chain and role in SIGNING and second in SIGNING and body == at, "同一单位的填报和审核签发须由两人担任"),
        (chain and role in SIGNING and second == Role.AUTHORITY, "填报、审核签发与区专门机构报送是同一条办理链，须由不同的人担任"),
        (role == Role.VERIFIER and second in PARTIES, "核查须独立于申报、咨询、主管各方，不能由一人兼任"),
        (role == Role.EXPERT, "专家不兼任其他岗位，评审须独立于申报、咨询、主管各方"),
        (role in DECIDING and second in PARTIES, "审批、评审组织岗位与申报、咨询、区级岗位不能由一人兼任"),
    )
    return next((words for applies, words in rules if applies), "") if role != second else ""


def held_of(posts: Iterable[Post]) -> list[Held]:
    """Role and organisation of each post."""
    return [(post.role, post.organisation_id) for post in posts]


def taken_on(user: User) -> list[Post]:
    """Posts of others whose work the person does or will do by delegation."""
    given = Delegation.objects.filter(deputy=user, ended_at__isnull=True, last__gte=clock.today()).select_related("post")
    return [one.post for one in given]


def not_over() -> Q:
    """Condition: the post is current or begins in the future."""
    return Q(Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today()), ended_at__isnull=True)


def held_on(day: dt.date | None = None, of: str = "") -> Q:
    """Condition: the post gives rights on ``day`` (default today); ``of`` leads from another model to it (``post__``).

    A post that was ended by an act gives none on the day of the act.
    """
    day = day or clock.today()
    last = Q(**{f"{of}valid_to__isnull": True}) | Q(**{f"{of}valid_to__gt": day})
    return Q(last | Q(**{f"{of}valid_to": day, f"{of}ended_at__isnull": True}), **{f"{of}valid_from__lte": day})


def misfits() -> list[tuple[Post, str]]:
    """Current and future posts that the current rules would refuse, with the reason, sorted by person; two queries."""
    posts = list(Post.objects.filter(not_over()).select_related("user", "organisation").order_by("user__username", "pk"))
    by_user: dict[int, list[Post]] = {}
    for post in posts:
        by_user.setdefault(post.user_id, []).append(post)
    found = []
    for post in posts:
        others = held_of(other for other in by_user[post.user_id] if other.pk != post.pk)
        if words := misplaced(post.role, post.organisation) or clash((post.role, post.organisation_id), others):
            found.append((post, words))
    return found
