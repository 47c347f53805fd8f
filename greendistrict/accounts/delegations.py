"""Delegation (委托): for a period another person of the same body does the work of a post.

Compatibility rules apply to own and delegated posts together. Posts of one chain (填报 and 审核签发, 经办 to 审定) are separated per
matter: a deputy takes no step on behalf of another in a matter in which the deputy took a step, and no own step afterwards
(``workflow.services``). Acts are recorded under both names. Posts of experts (who score in person) and keepers (who are separate by
rule) cannot be delegated; negative decisions stay with the holder unless ``GD_DELEGATE_ADVERSE`` says otherwise. Administration of
accounts is never delegated.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from greendistrict.accounts import post_rules
from greendistrict.accounts.enums import KEEPERS, Role
from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import Delegation, Post, User
from greendistrict.accounts.selectors import posts_of, users_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.core.toned_words import TonedWord

IN_PERSON = KEEPERS | {Role.EXPERT}
TAKEN_BACK, AHEAD, OVER, RUNNING = TonedWord("已收回"), TonedWord("未开始"), TonedWord("已结束"), TonedWord("进行中", "blue")


def standing_of(delegation: Delegation, today: dt.date) -> TonedWord:
    """Whether a delegation was taken back, lies ahead, is over or holds."""
    if delegation.ended_at:
        return TAKEN_BACK
    if delegation.first > today:
        return AHEAD
    return OVER if delegation.last < today else RUNNING


def may_delegate(by: User, post: Post) -> bool:
    """Whether ``by`` may delegate the post: its holder, or the administrator of the holder's account in the body."""
    if post.role in IN_PERSON:
        return False
    return post.user_id == by.pk or (
        post.organisation_id in posts_of(by).admin_of and users_visible_to(by).filter(pk=post.user_id).exists()
    )


def posts_to_delegate(by: User) -> QuerySet[Post]:
    """Current and future posts that ``by`` may delegate."""
    bodies = posts_of(by).admin_of
    others = Q(organisation_id__in=bodies, user__in=users_visible_to(by).order_by().values("pk"))
    posts = Post.objects.filter(post_rules.not_over(), Q(user=by) | others, user__is_active=True).exclude(role__in=IN_PERSON)
    return posts.select_related("user", "organisation").order_by("user__name", "pk")


def deputies_of(posts: QuerySet[Post]) -> QuerySet[User]:
    """Active people with a current post in the bodies of the posts."""
    bodies = posts.order_by().values("organisation_id")
    today = Post.objects.filter(post_rules.not_over(), valid_from__lte=clock.today(), organisation_id__in=bodies).exclude(
        role__in=IN_PERSON
    )
    return User.objects.filter(is_active=True, pk__in=today.values("user_id")).order_by("name", "pk")


@transaction.atomic
def delegate(*, post: Post, deputy: User, first: dt.date, last: dt.date, reason: str, by: User) -> Delegation:
    """Delegate a post to another person of the body for a period. Raises ``NotAllowed``, ``Refused``; the deputy is notified."""
    NotAllowed.unless(may_delegate(by, post), "委托由本人或本单位管理员登记；专家和三员的岗位不能委托")
    Refused.unless(reason.strip(), "请填写事由")
    Refused.when(deputy.pk == post.user_id, "受托人不能是本人")
    Refused.when(first < clock.today(), "委托起不能早于今天")
    Refused.when(last < first, "委托止不能早于委托起")
    longest = settings.DELEGATION_DAYS
    Refused.when((last - first).days >= longest, f"一次委托最长{longest}天，届满可以再委托")
    Refused.when(post.valid_to is not None and last > post.valid_to, "委托止不能晚于这个岗位的任职止")
    User.objects.select_for_update(no_key=True).get(pk=deputy.pk)
    Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    own = list(Post.objects.filter(post_rules.not_over(), user=deputy))
    Refused.unless(
        deputy.is_active and any(one.organisation_id == post.organisation_id and one.valid_from <= first for one in own),
        f"{deputy}不在{post.organisation}任职，只能委托本单位的人员",
    )
    held = post_rules.held_of([*own, *post_rules.taken_on(deputy)])
    Refused.when((post.role, post.organisation_id) in held, f"{deputy}已任或已受托这个岗位，待办相同，不须委托")
    if wrong := post_rules.clash((post.role, post.organisation_id), held, delegated=True):
        raise Refused(wrong)
    Refused.when(Delegation.objects.filter(post=post, ended_at__isnull=True, first__lte=last, last__gte=first).exists(), "这段时间已有委托")
    made = Delegation.objects.create(
        post=post, deputy=deputy, first=first, last=last, reason=reason.strip(), given_by=by, given_at=clock.now()
    )
    data = {
        "post": post.get_role_display(),
        "deputy": deputy.name,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "reason": made.reason,
    }
    audit.record(action="accounts.delegate", by=by, obj=made, data=data)
    words = f"{post.organisation}{post.get_role_display()}，{day_in_words(first)}至{day_in_words(last)}。办理记录写明两人姓名。"
    _notify(made, "given", f"{post.user.name}的工作委托{deputy.name}办理", words, by)
    return made


@transaction.atomic
def take_back(*, delegation: Delegation, by: User) -> None:
    """End a delegation at once. Raises ``NotAllowed``; ``Closed`` if it has ended already."""
    held = (
        Delegation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("post__user", "post__organisation", "deputy")
        .get(pk=delegation.pk)
    )
    NotAllowed.unless(may_take_back(by, held), "由委托人、受托人、本单位管理员或安全管理员收回")
    if held.ended_at is not None or held.last < clock.today():
        msg = "委托已经结束"
        raise Closed(msg)
    held.ended_at, held.ended_by = clock.now(), by
    held.save(update_fields=["ended_at", "ended_by"])
    audit.record(action="accounts.end_delegation", by=by, obj=held)
    _notify(held, "ended", f"{held.post.user.name}对{held.deputy.name}的委托已收回", f"{by.name}收回，即时生效。", by)


def end_all(person: User) -> int:
    """End the delegations that a person gave or was given, at once."""
    delegations = Delegation.objects.filter(Q(post__user=person) | Q(deputy=person), ended_at__isnull=True, last__gte=clock.today())
    return delegations.update(ended_at=clock.now())


def may_take_back(by: User, delegation: Delegation) -> bool:
    """Whether ``by`` may end the delegation."""
    return by.pk == delegation.deputy_id or posts_of(by).has(Role.SECURITY_KEEPER) or may_delegate(by, delegation.post)


def delegations_visible_to(viewer: Viewer) -> QuerySet[Delegation]:
    """Delegations a person may see: given or received, and those of bodies the person administers; all for the security keeper."""
    delegations = Delegation.objects.select_related("post__user", "post__organisation", "deputy", "given_by", "ended_by")
    held = viewer.held
    if held.has(Role.SECURITY_KEEPER):
        return delegations
    return delegations.filter(Q(post__user=viewer.person) | Q(deputy=viewer.person) | Q(post__organisation_id__in=held.admin_of))


def _notify(one: Delegation, event: str, title: str, body: str, by: User) -> None:
    receivers = [person for person in {one.post.user, one.deputy} if person.pk != by.pk]
    demo = one.post.user.is_demo
    key, path = f"delegation:{one.pk}:{event}", reverse("accounts:delegation_list")
    carrier().notify(key=key, receivers=receivers, title=title, body=body, path=path, demo=demo)
