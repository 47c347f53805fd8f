"""Proposed change of a policy setting. Values in force are stored in ``policy.Setting``."""

from enum import StrEnum
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class ProposalState(StrEnum):
    """States of a settings proposal."""

    PROPOSED = "proposed"
    DECIDING = "deciding"
    DECIDED = "decided"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


PROPOSAL_STATES = tuple(ProposalState)
OPEN_PROPOSALS = (ProposalState.PROPOSED, ProposalState.DECIDING)


class Proposed(models.Model):
    """What is proposed, checked and decided about settings, whether one or a sheet of them."""

    effective_on = models.DateField("生效日期", null=True, blank=True, help_text="不填即自审定之日生效；不早于审定之日")
    reason = models.TextField("理由")
    status = models.CharField("状态", max_length=10, default="proposed")
    proposed_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="提出人")
    proposed_at = models.DateTimeField("提出时间")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ("-proposed_at", "-pk")


class SettingProposal(Proposed):
    """One proposed value of a setting; ``touched`` stores the preview of its effects."""

    key = models.CharField("参数", max_length=120)
    value = models.JSONField("拟定值", encoder=DjangoJSONEncoder)
    touched = models.JSONField("影响", default=list, help_text='[{"label", "count"}]')

    class Meta(Proposed.Meta):
        verbose_name = "参数变更"
        constraints: ClassVar = [
            one_of("status", PROPOSAL_STATES, name="setting_proposal_status_known"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="setting_proposal_reasoned"),
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(status__in=OPEN_PROPOSALS),
                name="setting_proposal_one_open",
                violation_error_message="这一参数已有在办的变更",
            ),
        ]

    def __str__(self) -> str:
        return f"参数{self.key}"

    @property
    def typed(self) -> Any:
        """Proposed value in the setting's type."""
        from greendistrict.policy.parameters import coerce, default_of  # noqa: PLC0415 -- reads a file, not for the import of models

        value = tuple(self.value) if isinstance(default_of(self.key), tuple) else self.value
        return coerce(self.key, value)
