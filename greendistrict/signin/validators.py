"""Password rules that depend on the person: no recently used passwords, and no easily guessed names."""

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from greendistrict.accounts.models import Post, User
from greendistrict.core import clock
from greendistrict.signin.models import UsedPassword

SHORTEST = 4  # shorter names may occur in a password


class UsedBeforeValidator:
    """Refuses the person's last passwords (``GD_PASSWORD_HISTORY``)."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ``ValidationError`` for the current password or a recent one."""
        if user is None or user.pk is None or not settings.PASSWORD_HISTORY:
            return
        used = list(UsedPassword.objects.filter(user=user).values_list("password", flat=True)[: settings.PASSWORD_HISTORY])
        if any(check_password(password, one) for one in {*used, user.password}):
            msg = f"最近{settings.PASSWORD_HISTORY}次用过的密码不能再用"
            raise ValidationError(msg, code="password_used")

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Remember a password that was stored; Django calls this for every new password."""
        del password
        if user is None or user.pk is None or not user.has_usable_password() or not settings.PASSWORD_HISTORY:
            return
        UsedPassword.objects.create(user=user, password=user.password, set_at=clock.now())
        kept = UsedPassword.objects.filter(user=user).values_list("pk", flat=True)[: settings.PASSWORD_HISTORY]
        UsedPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        """Rule in words."""
        return f"不能与最近{settings.PASSWORD_HISTORY}次用过的密码相同"


class NamesValidator:
    """Refuses names of the portal and of the person's bodies (``GD_PASSWORD_WORDS``; code, pinyin and initials of the body)."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ``ValidationError`` for a password that contains such a name."""
        plain = password.lower()
        if any(word in plain for word in (*map(str.lower, settings.PASSWORD_WORDS), *_names(user))):
            raise ValidationError(self.get_help_text(), code="password_name")

    def get_help_text(self) -> str:
        """Rule in words."""
        return "密码不能含平台或本单位的名称、代码、拼音"


def _names(user: User | None) -> set[str]:
    if user is None or user.pk is None:
        return set()
    found = set()
    for code, pinyin in Post.objects.filter(user=user).values_list("organisation__code", "organisation__name_pinyin"):
        syllables = pinyin.lower().split()
        found |= {code.lower(), "".join(syllables), "".join(syllable[0] for syllable in syllables)}
    return {name for name in found if len(name) >= SHORTEST}
