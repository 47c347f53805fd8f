"""Stories and their photos. The public reads the content frozen at release."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.file.models.district import District, InDistrict
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.documents.models import Evidence


class StoryState(StrEnum):
    """State of a story."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


EDITABLE = (StoryState.DRAFT.value, StoryState.RETURNED.value)
AT_THE_CITY = (StoryState.SUBMITTED.value, StoryState.RETURNED.value, StoryState.RELEASED.value, StoryState.WITHDRAWN.value)


TITLE, SUMMARY, TEXT, SOURCE, ALT = 60, 300, 4000, 300, 120
WRITERS = (Role.AUTHORITY, Role.PREPARER, Role.CITY_OFFICER)


class Story(InDistrict, models.Model):
    """案例 of a district. ``figures`` are keys of portal figures; ``frozen`` is the released content including figures and photos."""

    district = models.ForeignKey(District, models.PROTECT, related_name="stories", verbose_name="城区")
    by_city = models.BooleanField("市级编写", default=False)
    number = models.CharField("编号", max_length=20, blank=True)
    status = models.CharField("状态", max_length=10, default=StoryState.DRAFT.value)
    title = models.CharField("标题", max_length=TITLE)
    dimensions = models.JSONField("方面", default=list, blank=True)
    areas = models.JSONField("美丽上海领域", default=list, blank=True)
    summary = models.TextField("摘要", blank=True, help_text=f"不超过{SUMMARY}字")
    measures = models.TextField("主要做法", blank=True, help_text=f"不超过{TEXT}字")
    results = models.TextField("成效", blank=True, help_text="数字请从下面的“平台数据”选取，另写的写明年度和出处")
    conditions = models.TextField("可复制可推广的条件", blank=True, help_text="在什么条件下可以照做，哪些不能照搬")
    source = models.CharField("资料来源", max_length=SOURCE, blank=True, help_text="文字和另写数字的出处")
    figures = models.JSONField("数据", default=list, blank=True)
    opened_at = models.DateTimeField("建立时间")
    opened_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=WRITERS, related_name="+", verbose_name="建立人")
    submitted_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=WRITERS, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    released_at = models.DateTimeField("发布时间", null=True, blank=True)
    frozen = models.JSONField("发布内容", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "案例"
        ordering = ("-opened_at", "-pk")
        indexes: ClassVar = [models.Index(fields=["status", "released_at"], name="story_by_release")]
        constraints: ClassVar = [
            one_of("status", [one.value for one in StoryState], name="story_status_known"),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="story_number_once"),
        ]

    def __str__(self) -> str:
        return f"案例“{self.title}”"

    @property
    def is_demo(self) -> bool:
        """Whether it is about fictional data."""
        return self.district.is_demo


class StoryPhoto(models.Model):
    """A photo of a story with its alternative text."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="photos", verbose_name="案例")
    document = models.OneToOneField(Evidence, models.PROTECT, related_name="story_photo", verbose_name="照片")
    alt = models.CharField("照片说明", max_length=ALT, help_text="看不到照片的人读到的文字，写明照片上是什么")

    class Meta:
        verbose_name = "案例照片"
        ordering = ("pk",)
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(alt=""), name="story_photo_alt")]

    def __str__(self) -> str:
        return self.alt
