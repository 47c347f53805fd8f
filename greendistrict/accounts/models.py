"""Users, organisations and posts. Work is assigned to posts, not to people."""

import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from greendistrict.accounts.credit_codes import normalised, validate_credit_code
from greendistrict.accounts.enums import DEPARTMENTAL, KEEPERS, Department, LinkPurpose, OrganisationKind, ReviewOutcome, Role
from greendistrict.core import clock
from greendistrict.core.encrypted import EncryptedTextField
from greendistrict.core.folded_keys import Folded, visible
from greendistrict.core.folded_rows import FoldedKeyModel, OnceFolded
from greendistrict.core.pinyin import sort_key


def name_key(username: object) -> str:
    """Normalised account name: trimmed, NFKC, lower case; for sign-in and for counting wrong passwords."""
    return unicodedata.normalize("NFKC", str(username or "")).strip().lower()


class Organisation(FoldedKeyModel):
    """A participating body; districts and cases refer to it, and people hold posts in it."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=100, unique=True)
    aliases = models.JSONField("别名", default=list, blank=True)
    kind = models.CharField("类别", max_length=20, choices=OrganisationKind)
    is_committee = models.BooleanField("特定地区管委会", default=False)  # endorses applications of the companies below it
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name="上级")
    departments = ArrayField(models.CharField(max_length=20, choices=Department), default=list, blank=True, verbose_name="承担的部门职责")
    group = models.CharField("所属集团", max_length=100, blank=True)
    office_phone = models.CharField("办公电话", max_length=40, blank=True, default="", db_default="")
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, blank=True, default="", validators=[validate_credit_code], help_text="18位，登记证书上的代码"
    )
    admin_code = models.CharField("行政区划代码", max_length=6, blank=True, help_text="GB/T 2260")
    source = models.CharField("出处", max_length=300, blank=True, help_text="of a body that comes with the reference data")
    is_demo = models.BooleanField("演示数据", default=False)
    name_pinyin = models.CharField(max_length=300, editable=False, db_index=True)

    class Meta:
        verbose_name = "单位"
        ordering = ("name_pinyin", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
            models.CheckConstraint(
                condition=models.Q(is_committee=False) | models.Q(kind=OrganisationKind.AUTHORITY),
                name="organisation_committee_is_authority",
                violation_error_message="特定地区管委会的类别是实施主体",
            ),
            models.CheckConstraint(condition=models.Q(departments__contained_by=Department.values), name="organisation_departments_known"),
            models.CheckConstraint(
                condition=models.Q(departments=[]) | models.Q(kind__in=DEPARTMENTAL) | models.Q(is_committee=True),
                name="organisation_departments_of_offices",
                violation_error_message="承担的部门职责只填区级部门、市级协同部门和特定地区管委会",
            ),
            OnceFolded(key="name", name="organisation_name_once"),
            OnceFolded(key="code", name="organisation_code_once"),
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~models.Q(credit_code=""),
                name="organisation_credit_code_once",
                violation_error_message="这个统一社会信用代码已登记在另一家单位",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def department_words(self) -> str:
        """Its departments in words."""
        return "、".join(str(Department(key).label) for key in self.departments)

    def clean_fields(self, exclude: Any = None) -> None:
        """Normalise the credit code before validation."""
        self.credit_code = normalised(self.credit_code)
        super().clean_fields(exclude=exclude)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Update the sort key together with the name."""
        self.name_pinyin = sort_key(visible(self.name))
        super().save(*args, **kwargs)


class UserManager(BaseUserManager["User"]):
    """Finds users by name, however the name is typed."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """User by account name in any spelling. Raises ``User.DoesNotExist``."""
        key = name_key(username)
        users = [user for user in self.filter(username__iexact=key) if name_key(user.username) == key]
        if not users:
            raise self.model.DoesNotExist
        return users[0]


class User(AbstractBaseUser):
    """A person who may sign in. Rights come from posts; there is no superuser."""

    username = models.CharField("账号", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    email = models.EmailField("电子邮箱", blank=True)
    phone = EncryptedTextField("手机", blank=True)
    is_active = models.BooleanField("启用", default=True)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    active_since = models.DateTimeField("启用时间", null=True, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)
    care_mode = models.BooleanField("关怀版", default=False)
    shares_mail = models.BooleanField(
        "是同一个人另建的账号", default=False, db_default=False, editable=False, help_text="电子邮箱已登记在本人另一账号时勾选"
    )
    introduced = models.BooleanField("已看过初次使用的三步", default=False)
    notice_agreed = models.PositiveSmallIntegerField("同意的个人信息告知版本", default=0)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = "用户"
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("username"), name="user_username_unique", violation_error_message="这个账号已有人使用"),
            models.UniqueConstraint(
                Folded("email"),
                condition=models.Q(shares_mail=False) & ~models.Q(email=""),
                name="user_mail_once",
                violation_error_message="这个邮箱已登记在另一账号",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Display name."""
        return self.name


class Post(models.Model):
    """A person's post in an organisation for a term; ``is_admin``: administers the accounts of the organisation's people."""

    user = models.ForeignKey(User, models.CASCADE, related_name="posts", verbose_name="人员")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts", verbose_name="单位")
    role = models.CharField("岗位", max_length=20, choices=Role)
    is_admin = models.BooleanField("单位管理员", default=False)
    valid_from = models.DateField("任职起")
    valid_to = models.DateField("任职止", null=True, blank=True)
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)  # by an act, at once; ``valid_to`` is then the day of it

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

    @property
    def is_over(self) -> bool:
        """Whether the term has ended or was ended; then the post gives no rights."""
        return self.ended_at is not None or (self.valid_to is not None and self.valid_to < clock.today())


class Delegation(models.Model):
    """A post whose work another person of the same body may do for a period (委托)."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="delegations", verbose_name="岗位")
    deputy = models.ForeignKey(User, models.CASCADE, related_name="delegations", verbose_name="受托人")
    first = models.DateField("委托起")
    last = models.DateField("委托止")
    reason = models.CharField("事由", max_length=300)
    given_by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="登记人")
    given_at = models.DateTimeField("登记时间")
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="收回人")
    ended_at = models.DateTimeField("收回时间", null=True, blank=True)

    class Meta:
        verbose_name = "委托"
        ordering = ("-first", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="delegation_ordered", violation_error_message="委托止不能早于委托起"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post.user}委托{self.deputy}"


class PasswordLink(models.Model):
    """A link to set one's own password: requested, released if needed, sent, used once. Only the digest of its secret is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="password_links", verbose_name="人员")
    purpose = models.CharField("事由", max_length=20, choices=LinkPurpose)
    address = models.EmailField("新电子邮箱", blank=True)
    same_person = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="同一个人的账号",
        help_text="holds the address, as asked",
    )
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="提出人")
    asked_at = models.DateTimeField("提出时间")
    needs_release = models.BooleanField("须放行", default=False)
    released_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="放行人")
    released_at = models.DateTimeField("放行时间", null=True, blank=True)
    digest = models.CharField("校验值", max_length=64, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    expires_at = models.DateTimeField("有效期至", null=True, blank=True)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    closed_at = models.DateTimeField("作废时间", null=True, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = "设定密码链接"
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest"], condition=~models.Q(digest=""), name="password_link_digest_once"),
            models.CheckConstraint(
                condition=models.Q(digest="") | models.Q(needs_release=False) | models.Q(released_at__isnull=False),
                name="password_link_released_first",
            ),
            models.CheckConstraint(
                condition=models.Q(released_by__isnull=True)
                | (~models.Q(released_by=models.F("asked_by")) & ~models.Q(released_by=models.F("user"))),
                name="password_link_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_purpose_display()}"


class KeeperProposal(models.Model):
    """A critical act of a keeper waiting for the decision of a second keeper, or decided (``accounts.proposals``)."""

    kind = models.CharField("事项", max_length=20)
    person = models.ForeignKey(User, models.CASCADE, related_name="proposals", verbose_name="人员")
    words = models.CharField("内容", max_length=300)
    data = models.JSONField("内容数据", default=dict)
    reason = models.CharField("理由", max_length=300)
    proposed_by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="提出人")
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="决定人")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    is_approved = models.BooleanField("同意", null=True, blank=True)
    remark = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "须两名管理员的事项"
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "person"], condition=models.Q(decided_at__isnull=True), name="keeper_proposal_one_waits"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | (~models.Q(decided_by=models.F("proposed_by")) & ~models.Q(decided_by=models.F("person"))),
                name="keeper_proposal_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, is_approved__isnull=True)
                | models.Q(decided_at__isnull=False, is_approved__isnull=False),
                name="keeper_proposal_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.words}"[:200]


class AccountReview(models.Model):
    """A keeper's decision on an account in the review of a year, and what the list showed about the account then."""

    year = models.PositiveSmallIntegerField("年度")
    person = models.ForeignKey(User, models.CASCADE, related_name="reviews", verbose_name="人员")
    outcome = models.CharField("结论", max_length=20, choices=ReviewOutcome)
    remark = models.CharField("说明", max_length=300, blank=True)
    seen = models.CharField("复核时的情况", max_length=1000, blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="复核管理员")
    reviewed_at = models.DateTimeField("复核时间")

    class Meta:
        verbose_name = "账号年度复核"
        ordering = ("year", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "person"], name="account_review_once_a_year"),
            models.CheckConstraint(condition=models.Q(outcome__in=ReviewOutcome.values), name="account_review_outcome_known"),
            models.CheckConstraint(condition=~models.Q(reviewed_by=models.F("person")), name="account_review_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.person}"
