"""Second factors of a person: authenticator app, passkeys, recovery codes. Each change is recorded and the person is notified."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django_otp_webauthn.models import WebAuthnCredential

from greendistrict.accounts import proposals
from greendistrict.accounts.enums import KEEPERS, Role
from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import KeeperProposal, User
from greendistrict.accounts.revocation import Why, revoke
from greendistrict.accounts.selectors import holders, is_keeper, may_look_after, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import limits
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.signin.browsers import SignInOrigin
from greendistrict.signin.models import CodeApp, RecoveryCodes

CODES = 10
CODE_LENGTH = 6
TRIES, TRIES_SECONDS = 10, 900
STRANGERS_TRIES, STRANGERS_TRIES_A_DAY, DAY = 30, 100, 86400  # all browsers and addresses together that the person never used
NAMES = {"app": "动态码", "recovery": "恢复码", "passkey": "通行密钥", "password": "密码", "provider": "统一身份认证"}


@dataclass(frozen=True)
class Factors:
    """Second factors that a person has set up."""

    app: CodeApp | None
    passkeys: tuple[WebAuthnCredential, ...]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether a second factor is asked for at sign-in."""
        return bool(self.app or self.passkeys)


def factors_of(user: User) -> Factors:
    """Factors of a person."""
    app = CodeApp.objects.filter(user=user, confirmed=True).first()
    passkeys = tuple(WebAuthnCredential.objects.filter(user=user, confirmed=True).order_by("pk"))
    codes = RecoveryCodes.objects.filter(user=user).first()
    return Factors(app, passkeys, codes.token_set.count() if codes else 0)


def has_factor(user: User) -> bool:
    """Whether a second factor is asked for at sign-in."""
    return any(model.objects.filter(user=user, confirmed=True).exists() for model in (CodeApp, WebAuthnCredential))


def is_required(user: User) -> bool:
    """Whether this person's posts require a second factor (``GD_SECOND_FACTOR``)."""
    posts = posts_of(user)
    return ("city" in settings.SECOND_FACTOR and posts.is_city) or ("keepers" in settings.SECOND_FACTOR and posts.is_keeper)


def is_owed(user: User) -> bool:
    """Whether this person must have a second factor and has none; then nothing that stands for the person opens anything."""
    return bool(settings.SECOND_FACTOR) and is_required(user) and not has_factor(user)


def begin_app(user: User, key: str = "") -> CodeApp:
    """The authenticator app being set up, with its wrapped secret or a new one; stored once a code was confirmed (``confirm_app``)."""
    return CodeApp(user=user, name="动态码应用", key=key or CodeApp.new_key(), confirmed=True)


@transaction.atomic
def confirm_app(*, user: User, key: str, code: str) -> list[str]:
    """Activate an authenticator app with this wrapped secret if the code is correct; returns new recovery codes, or none if there are some.

    Raises ``Refused``; nothing is stored then.
    """
    Refused.unless(key, "请先扫码添加")
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # serialise simultaneous requests
    app = begin_app(user, key)
    app.save()
    if not app.verify_token(_digits(code)):
        msg = "动态码不正确。请核对手机时间是否自动校准，用最新的6位数字"
        raise Refused(msg)
    CodeApp.objects.filter(user=user).exclude(pk=app.pk).delete()  # the new app replaces the old one
    _tell(user, by=user, action="signin.add_app", title="已启用动态码")
    return [] if factors_of(user).codes_left else _make_codes(user)


@transaction.atomic
def renew_codes(*, user: User) -> list[str]:
    """Replace the recovery codes by new ones. Raises ``Refused`` for a person without a second factor."""
    Refused.unless(has_factor(user), "启用动态码或通行密钥后才有恢复码")
    _tell(user, by=user, action="signin.renew_codes", title="已更换恢复码")
    return _make_codes(user)


def _make_codes(user: User) -> list[str]:
    RecoveryCodes.objects.filter(user=user).delete()
    device = RecoveryCodes.objects.create(user=user, name="恢复码")
    codes = [RecoveryCodes.new_code() for _ in range(CODES)]
    for code in codes:
        device.token_set.create(token=device.digest_of(code))
    return codes


@transaction.atomic
def added_passkey(*, user: User, passkey: WebAuthnCredential, name: str) -> list[str]:
    """Name and record a passkey that was just stored; returns new recovery codes, or none if the person has some."""
    passkey.name = fitted(passkey, "name", name.strip()) or "通行密钥"
    passkey.save(update_fields=["name"])
    _tell(user, by=user, action="signin.add_passkey", title="已添加通行密钥")
    return [] if factors_of(user).codes_left else _make_codes(user)


@transaction.atomic
def remove(*, user: User, passkey: int | None = None) -> None:
    """Remove the app or one passkey. Raises ``Refused`` for the last factor of a person who needs one."""
    factors = factors_of(user)
    rest = len(factors.passkeys) + bool(factors.app) - 1
    Refused.when(rest == 0 and is_required(user), "您的岗位须使用双因素，先添加另一种再移除")
    rows = WebAuthnCredential.objects.filter(user=user, pk=passkey) if passkey else CodeApp.objects.filter(user=user, confirmed=True)
    Refused.unless(rows.delete()[0], "已经移除")
    if rest == 0:
        RecoveryCodes.objects.filter(user=user).delete()
    _tell(user, by=user, action="signin.remove_factor", title=f"已移除{NAMES['passkey' if passkey else 'app']}")


def check_code(user: User, code: str, origin: SignInOrigin) -> str:
    """The kind of factor that the code belongs to, using it up; empty for a wrong code or after too many wrong ones from this origin.

    Only wrong codes count, and each origin counts on its own, so that nobody else uses up the owner's tries.
    """
    digits = _digits(code)
    model = CodeApp if len(digits) == CODE_LENGTH else RecoveryCodes
    with transaction.atomic():
        found = model.objects.select_for_update(no_key=True).filter(user=user, confirmed=True).first()  # one try at a time
        bounds = _bounds(user, origin)
        if found is None or any(limits.spent(key, most) for key, most, _seconds in bounds):
            return ""
        if found.verify_token(digits if model is CodeApp else code):
            return "app" if model is CodeApp else "recovery"
        for key, _most, seconds in bounds:
            limits.counted(key, seconds=seconds)
        return ""


def _bounds(user: User, origin: SignInOrigin) -> list[tuple[str, int, int]]:
    """(key, most wrong codes, seconds): a known browser alone; else the place, and if nobody knows it all such places together."""
    key = f"signin:second:{user.pk}"
    if origin.browser:
        return [(f"{key}:browser:{origin.browser}", TRIES, TRIES_SECONDS)]
    own = (f"{key}:place:{origin.place}", TRIES, TRIES_SECONDS)
    if origin.is_known_place:
        return [own]
    return [own, (f"{key}:strangers", STRANGERS_TRIES, TRIES_SECONDS), (f"{key}:strangers-day", STRANGERS_TRIES_A_DAY, DAY)]


def _digits(code: str) -> str:
    return "".join(sign for sign in code if sign in "0123456789")


def may_reset(by: User, person: User) -> bool:
    """Whether ``by`` may reset lost factors: a system or security keeper; for a keeper's account one of another kind."""
    own = posts_of(by).roles & KEEPERS
    if by.pk == person.pk or not own & {Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER}:
        return False
    return may_look_after(by, person) and not (is_keeper(person) and own & posts_of(person).roles)


def propose_reset(*, person: User, by: User, reason: str) -> KeeperProposal:
    """Propose a reset to a second keeper. Raises ``Refused``."""
    return proposals.propose(kind=proposals.FACTORS, person=person, words="重置双因素", data={}, reason=reason, by=by)


def reset_proposed(proposal: KeeperProposal) -> None:
    """Execute a reset that a second keeper approved."""
    reset(person=proposal.person, by=proposal.proposed_by, reason=proposal.reason, under=proposal)


@transaction.atomic
def reset(*, person: User, by: User, reason: str, under: KeeperProposal | None = None) -> None:
    """Remove all factors of a person who lost them; new ones are set up at the next sign-in. Keepers only.

    The password is not changed, so that a keeper who resets factors cannot sign in as that person. ``under``: the proposal approved by a
    second keeper, if the settings require one.
    """
    Refused.when(under is None and proposals.is_wanted(proposals.FACTORS, person), "重置双因素须另一名管理员同意")
    NotAllowed.unless(may_reset(by, person), "双因素由系统管理员、安全管理员重置，管理员的由另一类管理员重置")
    Refused.unless(reason.strip(), "请填写理由")
    for model in (CodeApp, RecoveryCodes, WebAuthnCredential):
        model.objects.filter(user=person).delete()
    revoke(person, Why.FACTORS, by=by)
    _tell(person, by=by, action="signin.reset_factors", title=f"{by.name}重置了{person.name}的双因素", reason=reason.strip())


def _tell(user: User, *, by: User, action: str, title: str, reason: str = "") -> None:
    done = audit.record(action=action, by=by, obj=user, data={"reason": reason} if reason else {})
    receivers = [user, *(holders(Role.AUDIT_KEEPER).exclude(pk=user.pk) if by.pk != user.pk else ())]
    key, path = f"account:{user.pk}:factor:{done.pk}", reverse("signin:factors")
    body = reason or "不是本人操作的，请修改密码并告知安全管理员。"
    carrier().notify(key=key, receivers=receivers, title=title, body=body, path=path, demo=user.is_demo)
