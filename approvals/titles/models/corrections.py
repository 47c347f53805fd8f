"""Corrections of titles that were recorded from before the portal.

Also here: Registry of what writes a checked one, filled by the services of this feature.
"""

from collections.abc import Callable
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.titles.models.publicity import Title
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.registry import Registry
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents.models import Evidence
from greendistrict.workflow.second_person import CheckedRows, ReturnableRecord, another_person, checked_or_returned

correction_writers: Registry[Callable[["TitleCorrection"], None]] = Registry(
    "writer of checked corrections", entry="what writes a checked correction of a recorded title"
)


class TitleCorrections(CheckedRows["TitleCorrection"]):
    """The title has the facts of those that are ``counted()``."""


class TitleCorrection(ReturnableRecord):
    """更正 of facts of a recorded title, with what they were before; written once the director has checked it."""

    NAME = "补录称号的更正"
    SECOND = "市级审定"
    NOTED = ("before", "after", "reason")
    ACTS = ("title.check_correction", "title.return_correction")
    PAGES = ("approvals:title_correction_check", "approvals:title_correction_return")

    title = models.ForeignKey(Title, models.PROTECT, related_name="corrections", verbose_name="称号")
    before = models.JSONField("原内容", default=dict, blank=True)
    after = models.JSONField("更正为", default=dict, blank=True)
    reason = models.TextField("理由和依据", help_text="写明依据的文件或者网址，请勿写个人信息")
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="公告扫描件")
    recorded_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="提出人")
    recorded_at = models.DateTimeField("提出时间")

    objects = TitleCorrections.as_manager()

    class Meta:
        verbose_name = "补录称号更正"
        ordering = ("-recorded_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["title"], condition=Q(checked_at__isnull=True, returned_at__isnull=True), name="title_correction_one_open"
            ),
            another_person("title_correction"),
            checked_or_returned("title_correction"),
            models.CheckConstraint(condition=~Q(reason=""), name="title_correction_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.title}更正"

    @classmethod
    def opens_to(cls, held: HeldPosts) -> bool:
        """The director checks it."""
        return held.has(Role.CITY_DIRECTOR)

    @property
    def is_fictional(self) -> bool:
        """Whether its district is."""
        return self.title.district.is_demo

    @property
    def standing(self) -> TonedWord:
        """Whether the title has its facts."""
        if self.checked_at is not None:
            return TonedWord("已写入", "green")
        return TonedWord("等市级审定", "amber") if self.waits else TonedWord("没有同意")

    def on_checked(self) -> None:
        """The title and its announcement have the right facts from now on."""
        correction_writers.only()(self)
