"""Sessions, browsers a person has used, former passwords, linked identities, and the factors of django-otp with encrypted secrets."""

import base64
import hashlib
import hmac
import secrets
from importlib import import_module
from typing import Any, ClassVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding, aes_key_wrap_with_padding
from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import SessionManager
from django.db import models
from django.utils.encoding import force_bytes
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from greendistrict.accounts.models import User
from greendistrict.core import database_clock

SECRET_BYTES = 20
CODE_BYTES = 5


class SignedSession(AbstractBaseSession):
    """A session; if somebody is signed in, with person, browser, address and times for the person's list of sessions."""

    account = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="sessions", verbose_name="人员")
    browser = models.CharField("浏览器", max_length=80, blank=True)
    address = models.CharField("来源地址", max_length=64, blank=True)
    started_at = models.DateTimeField("登录时间", null=True, blank=True)
    seen_at = models.DateTimeField("最近使用", null=True, blank=True)
    objects: ClassVar[Any] = SessionManager()

    class Meta:
        verbose_name = "登录"

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Store class of these sessions."""
        return import_module(settings.SESSION_ENGINE).SessionStore

    @property
    def name(self) -> str:
        """Public name of the session; its key would grant access and is never shown."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:20]


class KnownBrowser(models.Model):
    """A browser in which a person has signed in, recognised by a cookie; only its digest is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="known_browsers", verbose_name="人员")
    digest = models.CharField("校验值", max_length=64)
    label = models.CharField("浏览器", max_length=80)
    first_at = models.DateTimeField("首次登录")
    last_at = models.DateTimeField("最近登录")

    class Meta:
        verbose_name = "用过的浏览器"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "digest"], name="known_browser_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.label}"


class UsedPassword(models.Model):
    """Hash of a former password; the most recent ones may not be used again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="used_passwords", verbose_name="人员")
    password = models.CharField("密码校验值", max_length=128)
    set_at = models.DateTimeField("设定时间")

    class Meta:
        verbose_name = "用过的密码"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.user} {self.set_at:%Y-%m-%d}"


class LinkedIdentity(models.Model):
    """A person's identity at the single sign-on provider (OpenID Connect); linked explicitly, never matched by name or mail address."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities", verbose_name="人员")
    issuer = models.CharField("认证服务", max_length=200)
    subject = models.CharField("身份编号", max_length=255)
    name = models.CharField("身份名称", max_length=120, blank=True)
    linked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name="关联人")
    linked_at = models.DateTimeField("关联时间")
    last_used_at = models.DateTimeField("最近登录", null=True, blank=True)

    class Meta:
        verbose_name = "统一身份认证的身份"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="linked_identity_once"),
            models.UniqueConstraint(fields=["issuer", "user"], name="linked_identity_one_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.name or self.subject


def _wrapping_key(secret: str | bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"greendistrict.signin.totp").derive(force_bytes(secret))


class CodeApp(TOTPDevice):  # type: ignore[misc]  # django-otp has no types
    """An authenticator app (TOTP). Its secret is stored wrapped (RFC 5649) with a key derived from ``SECRET_KEY``."""

    class Meta:
        proxy = True
        verbose_name = "动态码应用"

    @staticmethod
    def new_key() -> str:
        """A new secret, wrapped."""
        return aes_key_wrap_with_padding(_wrapping_key(settings.SECRET_KEY), secrets.token_bytes(SECRET_BYTES)).hex()

    @property
    def bin_key(self) -> bytes:
        """The unwrapped secret. Raises ``InvalidUnwrap`` if it was wrapped with another key."""
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                return aes_key_unwrap_with_padding(_wrapping_key(secret), bytes.fromhex(self.key))
            except InvalidUnwrap:
                continue
        msg = "SECRET_KEY is not the one under which this factor was set up"
        raise InvalidUnwrap(msg)

    def verify_token(self, token: str) -> bool:
        """Whether the code is right and was not used yet: by the database's clock, since it may be given on another host than the last.

        As in ``TOTPDevice``, which asks the host's clock and would learn its error as a drift of the app.
        """
        try:
            totp = TOTP(self.bin_key, self.step, self.t0, self.digits, self.drift)  # type: ignore[has-type]  # as above
            totp.time = database_clock.timestamp()
            right = bool(totp.verify(int(token), self.tolerance, self.last_t + 1))  # type: ignore[has-type]  # as above
        except ValueError:
            return False
        if right:
            self.last_t, self.drift = totp.t(), totp.drift
            self.set_last_used_timestamp(commit=False)
            self.save()
        return right

    @property
    def spelled(self) -> str:
        """The secret for typing into an app, in groups of four."""
        text = base64.b32encode(self.bin_key).decode()
        return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


class RecoveryCodes(StaticDevice):  # type: ignore[misc]  # as above
    """One-time codes for people who lost their factor. Only digests are stored."""

    class Meta:
        proxy = True
        verbose_name = "恢复码"

    @staticmethod
    def new_code() -> str:
        """A new code in two groups of four."""
        text = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower()
        return f"{text[:4]}-{text[4:]}"

    def digest_of(self, code: str) -> str:
        """Digest of a code as stored: keyed, bound to the person, 64 bits."""
        plain = "".join(sign for sign in code.lower() if sign.isalnum())
        keyed = hmac.new(_wrapping_key(settings.SECRET_KEY), f"{self.user_id}:{plain}".encode(), hashlib.sha256)
        return keyed.hexdigest()[:16]

    def verify_token(self, token: str) -> bool:
        """Use up a code; attempts are delayed after wrong codes."""
        return bool(super().verify_token(self.digest_of(token)))
