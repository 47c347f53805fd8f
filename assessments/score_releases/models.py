"""A published score, until it is withdrawn."""

from typing import ClassVar

from django.db import models

from assessments.tables.models import TableVersion
from districts.file.models.district import District, InDistrict
from districts.releases.models import LIVE, PublicRelease
from greendistrict.accounts.enums import Role

RELEASERS = (Role.CITY_OFFICER,)


class ScoreRelease(InDistrict, PublicRelease):
    """Release of the score of one frozen version; its figures are read from the frozen decision (``selectors.scores_of``)."""

    seat = RELEASERS

    district = models.ForeignKey(District, models.PROTECT, related_name="score_releases", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    version = models.ForeignKey(TableVersion, models.PROTECT, related_name="releases", verbose_name="公开的评分表版本")
    basis = models.CharField("公开依据", max_length=200, help_text="例如公开的决定、文号或会议，公众看不到")
    note = models.CharField("说明", max_length=300, blank=True, help_text="可不填；填写的，在得分旁向公众显示")

    class Meta(PublicRelease.Meta):
        verbose_name = "得分公开"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version"], condition=LIVE, name="score_release_once"),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度得分"
