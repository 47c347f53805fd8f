"""Documents about the policy, registered by the city and checked by a second person."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from greendistrict.core.constraints import one_of
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents.models import Evidence
from greendistrict.policy.life import LifeKind, stored_change
from greendistrict.policy.models import Setting
from greendistrict.policy.parameters import LIFE
from greendistrict.policy.types import LifeChange
from greendistrict.workflow.second_person import CheckedRows, ReturnableRecord, another_person, checked_or_returned


class PolicyDocuments(CheckedRows["PolicyDocument"]):
    """The policy follows no others than ``counted()``."""


class PolicyDocument(ReturnableRecord):
    """A document that amends, extends, replaces or ends a policy; it holds once a second person has checked it."""

    NAME = "登记的政策文件"
    ENTERED = "entered"
    NOTED = ("policy", "kind", "number", "on", "until", "finishing")
    ACTS = ("policy.check_document", "policy.return_document")
    PAGES = ("approvals:policy_document_check", "approvals:policy_document_return")

    policy = models.CharField("针对的文件", max_length=60)
    kind = models.CharField("作用", max_length=8, choices=LifeKind)
    title = models.CharField("标题", max_length=200)
    number = models.CharField("文号", max_length=60)
    issued_on = models.DateField("印发日期")
    on = models.DateField("生效日期", help_text="替代或者废止的，自这一天起不再执行原文件")
    until = models.DateField("有效期至", null=True, blank=True, help_text="延长的必填：原文件延长到哪一天")
    finishing = models.BooleanField("在办事项按原文件办完", default=False, help_text="文件写明的才选“是”；没有写明的，有效期满后不能再办")
    changes = models.TextField("改动的内容", help_text="照文件原文摘录，写明条款")
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件全文")
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER, Role.CITY_LEGAL), related_name="+", verbose_name="登记人"
    )

    objects = PolicyDocuments.as_manager()

    class Meta:
        verbose_name = "政策文件"
        ordering = ("-issued_on", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(returned_at__isnull=True),
                name="policy_document_once",
                violation_error_message="这一文号已经登记",
            ),
            another_person("policy_document", "entered"),
            checked_or_returned("policy_document"),
            one_of("kind", LifeKind.values, name="policy_document_kind_known"),
            models.CheckConstraint(condition=~Q(kind=LifeKind.EXTEND) | Q(until__isnull=False), name="policy_document_extends_until"),
        ]

    def __str__(self) -> str:
        return f"《{self.title}》（{self.number}）"

    @property
    def standing(self) -> TonedWord:
        """Whether it holds."""
        return TonedWord("已生效", "green") if self.checked_at else TonedWord("等另一人核对")

    @property
    def document_key(self) -> object:
        """Key of its text."""
        return self.document.key if self.document else None

    def clean(self) -> None:
        """An extension names the new last day. Raises ``ValidationError``."""
        if self.kind == LifeKind.EXTEND and self.until is None:
            raise ValidationError({"until": "延长有效期的，请填延长到哪一天"})

    def on_checked(self) -> None:
        """The policy follows it from now on: read with the settings, so that no page asks once more."""
        if self.checked_at is None:
            return
        day = self.checked_at.astimezone(clock.SHANGHAI).date()
        change = LifeChange(self.kind, self.policy, self.title, self.number, self.on, self.until, self.finishing, day)
        told: dict[str, Any] = {"value": stored_change(change), "by": self.checked_by, "at": self.checked_at, "reason": str(self)}
        Setting.objects.create(key=f"{LIFE}{self.pk:06d}", **told)
