"""Decision on which bodies must endorse an application, with author and reason."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.models.cases import Case
from approvals.common.enums import EndorsementMode
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class EndorsementChoice(models.Model):
    """Which bodies must endorse a case, set by a person with a reason; the newest row counts and is copied to the case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="endorsement_choices")
    before = models.CharField("原方式", max_length=24, choices=EndorsementMode)
    mode = models.CharField("批复单位", max_length=24, choices=EndorsementMode)
    reason = models.TextField("理由", help_text="例如申报主体是管委会所属公司，或管委会已报送集体研究纪要；确认人和理由留在办件里")
    by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CITY_OFFICER), related_name="+", verbose_name="确认人"
    )
    at = models.DateTimeField("确认时间")

    class Meta:
        verbose_name = "批复单位确认"
        ordering = ("case", "pk")
        constraints: ClassVar = [
            one_of("mode", EndorsementMode.values, name="endorsement_choice_mode_known"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="endorsement_choice_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_mode_display()}"
