"""A published score, until it is withdrawn."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.tables.models import TableVersion
from districts.file.models.district import District, InDistrict
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role

RELEASERS = (Role.CITY_OFFICER,)


class ScoreRelease(InDistrict, models.Model):
    """Publication of the score of one frozen version. Rows are never deleted: a withdrawal stores person, time and reason.

    It stores no figures: total and chapters are read from the frozen decision (``selectors.scores_of``).
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="score_releases", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    version = models.ForeignKey(TableVersion, models.PROTECT, related_name="releases", verbose_name="公开的评分表版本")
    basis = models.CharField("公开依据", max_length=200, help_text="例如公开的决定、文号或会议，公众看不到")
    note = models.CharField("说明", max_length=300, blank=True, help_text="可不填；填写的，在得分旁向公众显示")
    released_at = models.DateTimeField("公开时间")
    released_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=RELEASERS, related_name="+", verbose_name="公开人")
    withdrawal = models.CharField("撤回理由", max_length=500, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=RELEASERS, null=True, blank=True, related_name="+", verbose_name="撤回人"
    )

    class Meta:
        verbose_name = "得分公开"
        ordering = ("-released_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version"], condition=models.Q(withdrawn_at__isnull=True), name="score_release_once"),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度得分"
