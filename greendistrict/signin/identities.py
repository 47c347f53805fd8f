"""Links between accounts and identities at the single sign-on provider. Each change is recorded and the person is notified."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from greendistrict.accounts import proposals
from greendistrict.accounts.enums import Role
from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import KeeperProposal, User
from greendistrict.accounts.selectors import holders, is_keeper, may_look_after, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.signin.models import LinkedIdentity

NOT_FOR_KEEPERS = "系统、安全、审计管理员用密码和双因素登录，不用统一身份认证"


def identity_of(user: User) -> LinkedIdentity | None:
    """The person's linked identity at the configured provider; None if there is none."""
    return LinkedIdentity.objects.filter(user=user, issuer=settings.OIDC_ISSUER).select_related("linked_by").first()


def person_of(subject: str) -> User | None:
    """Person linked to the identity, even if disabled; None if it is not linked."""
    identity = LinkedIdentity.objects.filter(issuer=settings.OIDC_ISSUER, subject=subject).select_related("user").first()
    return identity.user if identity else None


def used(user: User) -> None:
    """Store that the person signed in with the identity."""
    LinkedIdentity.objects.filter(user=user, issuer=settings.OIDC_ISSUER).update(last_used_at=clock.now())


def link(*, user: User, subject: str, name: str, by: User | None = None) -> LinkedIdentity:
    """Link an identity, just proved by its person or verified by two keepers, to an account. Raises ``Refused``."""
    Refused.when(is_keeper(user), NOT_FOR_KEEPERS)
    Refused.when(identity_of(user) is not None, "已经关联了一个身份，先解除再关联另一个")
    taken = "这个身份已关联另一个账号，先在那个账号解除"
    try:
        with transaction.atomic():
            made = LinkedIdentity.objects.create(
                user=user, issuer=settings.OIDC_ISSUER, subject=subject, name=name, linked_by=by or user, linked_at=clock.now()
            )
            _tell(user, by=by or user, action="signin.link_identity", title=f"已关联{settings.OIDC_NAME}的身份", identity=made)
    except IntegrityError as error:
        raise Refused(taken) from error
    return made


def propose_link(*, person: User, subject: str, reason: str, by: User) -> KeeperProposal:
    """Propose to a second keeper to link an identity on behalf of a person. Raises ``Refused``."""
    words, data = fitted(KeeperProposal, "words", f"关联{settings.OIDC_NAME}的身份编号{subject}"), {"subject": subject}
    return proposals.propose(kind=proposals.IDENTITY, person=person, words=words, data=data, reason=reason, by=by)


def link_proposed(proposal: KeeperProposal) -> None:
    """Link an identity as approved by a second keeper."""
    link(user=proposal.person, subject=proposal.data["subject"], name="", by=proposal.proposed_by)


def may_unlink(by: User, person: User) -> bool:
    """Whether ``by`` may remove the link of an account: its person, or a system or security keeper."""
    posts = posts_of(by)
    return by.pk == person.pk or (posts.has(Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER) and may_look_after(by, person))


def needs_second(person: User, by: User) -> bool:
    """Whether ``by`` may only propose to a second keeper to remove the person's link."""
    return by.pk != person.pk and proposals.is_wanted(proposals.UNLINK, person)


def propose_unlink(*, person: User, reason: str, by: User) -> KeeperProposal:
    """Propose to a second keeper to remove the link of a keeper's account. Raises ``Refused``."""
    words = fitted(KeeperProposal, "words", f"解除{settings.OIDC_NAME}的关联")
    return proposals.propose(kind=proposals.UNLINK, person=person, words=words, data={}, reason=reason, by=by)


def unlink_proposed(proposal: KeeperProposal) -> None:
    """Remove a link as approved by a second keeper."""
    unlink(person=proposal.person, by=proposal.proposed_by, reason=proposal.reason, under=proposal)


@transaction.atomic
def unlink(*, person: User, by: User, reason: str = "", under: KeeperProposal | None = None) -> None:
    """Remove the link of an account; a keeper must give a reason. Raises ``NotAllowed``, ``Refused``.

    ``under``: the proposal approved by a second keeper, for a keeper's account if the setting requires one.
    """
    Refused.when(under is None and needs_second(person, by), "解除管理员的关联须另一名管理员同意")
    NotAllowed.unless(may_unlink(by, person), "关联由本人、系统管理员或安全管理员解除")
    Refused.unless(by.pk == person.pk or reason.strip(), "请填写理由")
    found = LinkedIdentity.objects.select_for_update(of=("self",), no_key=True).filter(user=person, issuer=settings.OIDC_ISSUER).first()
    Refused.when(found is None, "没有关联的身份")
    if found is not None:
        title = f"{'已' if by.pk == person.pk else by.name}解除{settings.OIDC_NAME}的关联"
        _tell(person, by=by, action="signin.unlink_identity", title=title, identity=found, reason=reason.strip())
        found.delete()


def _tell(user: User, *, by: User, action: str, title: str, identity: LinkedIdentity, reason: str = "") -> None:
    data = {"issuer": identity.issuer, "subject": identity.subject} | ({"reason": reason} if reason else {})
    done = audit.record(action=action, by=by, obj=user, data=data)
    receivers = [user, *(holders(Role.AUDIT_KEEPER).exclude(pk=user.pk) if by.pk != user.pk else ())]
    key, path = f"account:{user.pk}:identity:{done.pk}", reverse("signin:identity")
    body = reason or f"身份{identity}。不是本人操作的，请修改密码并告知安全管理员。"
    carrier().notify(key=key, receivers=receivers, title=title, body=body, path=path, demo=user.is_demo)
