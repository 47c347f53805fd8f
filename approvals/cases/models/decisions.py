"""Frozen dossier of a decision: every part with its digest, so that a later change of any record can be located."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.models.cases import Case
from approvals.common.enums import DossierStep
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class DecisionRecord(models.Model):
    """Dossier of a decision as frozen when it was taken, announced or corrected. Never recomputed; the newest counts.

    ``parts``: part key → ``{"digest", "content"}``. ``digest`` covers the digests of the parts and is also stored in the audit record,
    which the database makes append-only.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="decision_records")
    step = models.CharField("环节", max_length=12, choices=DossierStep)
    parts = models.JSONField("组成")
    digest = models.CharField("校验值", max_length=64)
    at = models.DateTimeField("存档时间")
    by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="办理人"
    )

    class Meta:
        verbose_name = "决定存档"
        ordering = ("case", "pk")
        constraints: ClassVar = [one_of("step", DossierStep.values, name="decision_record_step_known")]

    def __str__(self) -> str:
        return f"{self.case} {self.get_step_display()}"
