"""Critical acts need two keepers (setting ``GD_TWO_KEEPERS``): one proposes, another approves or declines; both are recorded.

On approval the act is executed by its own service with the proposer as actor, whose permission is checked again. The second keeper is of
another kind than the proposer and not the person concerned; a database constraint also refuses these two people. The words of the setting:
``posts`` (granting and ending posts of the city's approval chain and of keepers), ``factors`` (resets), ``keepers`` (any act on a keeper).
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from greendistrict.accounts.enums import KEEPERS, Role
from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import KeeperProposal, User
from greendistrict.accounts.selectors import holders, is_keeper, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.core.registry import Registry

POSTS, FACTORS, IDENTITY = "posts", "factors", "identity"
END_POST, ACTIVITY, UNLINK = "end_post", "activity", "unlink"
ON_KEEPERS = "keepers"
LABELS = {
    POSTS: "授予市级岗位或管理员岗位",
    END_POST: "终止市级岗位或管理员岗位",
    ACTIVITY: "停用或启用管理员的账号",
    FACTORS: "重置双因素",
    IDENTITY: "代为关联统一身份认证",
    UNLINK: "解除管理员的统一身份认证",
}
ALWAYS = frozenset({IDENTITY})  # whoever links an identity to an account could sign in as its person
WAITS = dt.timedelta(days=7)
KEPT = dt.timedelta(days=90)  # shown on the page; the audit record keeps them for good
LAPSED = "7天内没有决定，已失效"
WITHDRAWN = "提出人的权限已收回，已失效"
_acts: Registry[Callable[[KeeperProposal], None]] = Registry(
    "acts of two keepers", entry="how a grave act of a keeper that a second one approved is carried out"
)


def register(kind: str, carry_out: Callable[[KeeperProposal], None]) -> None:
    """Register how an approved proposal of this kind is executed; called when the apps are ready."""
    _acts.register(kind, carry_out)


def is_wanted(kind: str, person: User | None = None) -> bool:
    """Whether acts of this kind, on this person, need two keepers."""
    if kind in ALWAYS or kind in settings.TWO_KEEPERS:
        return True
    return person is not None and ON_KEEPERS in settings.TWO_KEEPERS and is_keeper(person)


@transaction.atomic
def propose(*, kind: str, person: User, words: str, data: dict[str, Any], reason: str, by: User) -> KeeperProposal:
    """Propose an act to a second keeper. Raises ``NotAllowed``; ``Refused`` also if the act itself would be refused today."""
    posts = posts_of(by)
    NotAllowed.unless(posts.has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER), "由系统管理员、安全管理员提出")
    Refused.when(by.pk == person.pk, "不能为自己提出")
    Refused.unless(reason.strip(), "请填写理由")
    late = KeeperProposal.objects.filter(decided_at__isnull=True, proposed_at__lt=clock.now() - WAITS)
    late.update(decided_at=clock.now(), is_approved=False, remark=LAPSED)
    try:
        with transaction.atomic():
            made = KeeperProposal.objects.create(
                kind=kind, person=person, words=words, data=data, reason=reason.strip(), proposed_by=by, proposed_at=clock.now()
            )
    except IntegrityError as error:
        msg = f"{person.name}已有一项{LABELS[kind]}等待决定"
        raise Refused(msg) from error
    with transaction.atomic():  # executed and rolled back, so that an impossible act is refused now and not after the approval
        _acts.by_key[kind](KeeperProposal.objects.select_related("person", "proposed_by").get(pk=made.pk))
        transaction.set_rollback(True)
    audit.record(action="accounts.propose", by=by, obj=made, data={"kind": kind, "person": person.pk, "reason": made.reason})
    others = holders(*sorted(KEEPERS - posts.roles)).exclude(pk=person.pk)
    _tell(made, "proposed", [*others], f"{by.name}提出{LABELS[kind]}，等待另一名管理员决定", f"{person.name}：{words}。理由：{made.reason}")
    return made


def may_decide(by: User, proposal: KeeperProposal) -> bool:
    """Whether ``by`` may be the second keeper: of another kind than the proposer, and not the person concerned."""
    own = posts_of(by).roles & KEEPERS
    if not own or by.pk in {proposal.proposed_by_id, proposal.person_id}:
        return False
    return not own & posts_of(proposal.proposed_by).roles


@transaction.atomic
def decide(*, proposal: KeeperProposal, by: User, approve: bool, remark: str = "") -> None:
    """Approve and execute, or decline with a remark. Raises ``NotAllowed``, ``Closed``, and whatever the act itself raises."""
    held = KeeperProposal.objects.select_for_update(of=("self",), no_key=True).select_related("person", "proposed_by").get(pk=proposal.pk)
    NotAllowed.unless(may_decide(by, held), "由提出人和当事人以外的另一类管理员决定")
    if held.decided_at is not None or held.proposed_at + WAITS < clock.now():
        msg = "这一项已经决定或失效"
        raise Closed(msg)
    Refused.unless(approve or remark.strip(), "不同意的，请填写说明")
    held.decided_by, held.decided_at, held.is_approved, held.remark = by, clock.now(), approve, remark.strip()
    held.save(update_fields=["decided_by", "decided_at", "is_approved", "remark"])
    data = {"kind": held.kind, "proposed_by": held.proposed_by_id, "person": held.person_id, "remark": held.remark}
    audit.record(action="accounts.approve_proposal" if approve else "accounts.decline_proposal", by=by, obj=held, data=data)
    if approve:
        _acts.by_key[held.kind](held)
    receivers = {held.proposed_by, *holders(Role.AUDIT_KEEPER)} - {by, held.person}
    _tell(
        held, "decided", [*receivers], f"{by.name}{'同意' if approve else '不同意'}{LABELS[held.kind]}", f"{held.person.name}：{held.words}"
    )


def withdraw(by: User) -> int:
    """Close what a person proposed and nobody has decided."""
    waits = KeeperProposal.objects.filter(proposed_by=by, decided_at__isnull=True)
    return waits.update(decided_at=clock.now(), is_approved=False, remark=WITHDRAWN)


def waiting() -> QuerySet[KeeperProposal]:
    """Proposals waiting for a second keeper, oldest first."""
    proposals = KeeperProposal.objects.filter(decided_at__isnull=True, proposed_at__gte=clock.now() - WAITS)
    return proposals.select_related("person", "proposed_by").order_by("pk")


def recent() -> QuerySet[KeeperProposal]:
    """Proposals decided within the last ninety days, newest first."""
    proposals = KeeperProposal.objects.filter(proposed_at__gte=clock.now() - KEPT)
    return proposals.exclude(pk__in=waiting().order_by().values("pk")).select_related("person", "proposed_by", "decided_by")


def _tell(proposal: KeeperProposal, event: str, receivers: list[User], title: str, body: str) -> None:
    key, path = f"account:{proposal.person_id}:proposal:{proposal.pk}:{event}", reverse("accounts:proposal_list")
    carrier().notify(key=key, receivers=receivers, title=title, body=body, path=path, demo=proposal.person.is_demo)
