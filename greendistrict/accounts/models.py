"""Users, organisations and posts. Posts, not names, get work."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from greendistrict.accounts.enums import KEEPERS, OrganisationKind, Role
from greendistrict.core.pinyin import sort_key


class Organisation(models.Model):
    """A body that takes part; districts and cases refer to it, people hold posts in it."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=100, unique=True)
    aliases = models.JSONField("别名", default=list, blank=True)
    kind = models.CharField("类别", max_length=20, choices=OrganisationKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name="上级")
    group = models.CharField("所属集团", max_length=100, blank=True)
    admin_code = models.CharField("行政区划代码", max_length=6, blank=True, help_text="GB/T 2260")
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)
    name_pinyin = models.CharField(max_length=300, editable=False, db_index=True)

    class Meta:
        verbose_name = "单位"
        ordering = ("name_pinyin", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the sort key with the name."""
        self.name_pinyin = sort_key(self.name)
        super().save(*args, **kwargs)


class UserManager(BaseUserManager["User"]):
    """Users are found whatever the case of what was typed."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """User by name, case-insensitively."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who may sign in. Rights come from posts; there is no superuser."""

    username = models.CharField("账号", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    email = models.EmailField("电子邮箱", blank=True)
    phone = models.CharField("手机", max_length=20, blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)
    care_mode = models.BooleanField("关怀版", default=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = "用户"
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("username"), name="user_username_unique", violation_error_message="这个账号已有人使用"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Name as shown."""
        return self.name


class Post(models.Model):
    """A person's post in an organisation for a term; ``is_admin`` may reset passwords of the organisation's people."""

    user = models.ForeignKey(User, models.CASCADE, related_name="posts", verbose_name="人员")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts", verbose_name="单位")
    role = models.CharField("岗位", max_length=20, choices=Role)
    is_admin = models.BooleanField("单位管理员", default=False)
    valid_from = models.DateField("任职起")
    valid_to = models.DateField("任职止", null=True, blank=True)

    class Meta:
        verbose_name = "岗位"
        ordering = ("user", "role")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="post_role_known"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")), name="post_term_ordered"
            ),
            models.UniqueConstraint(fields=["user", "organisation", "role", "valid_from"], name="post_once"),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(role__in=sorted(KEEPERS)),
                name="post_one_keeper",
                violation_error_message="系统、安全、审计管理员不得兼任",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"
