"""Opinions of the public; only the digest of a receipt code is stored."""

import datetime as dt
from typing import ClassVar, Union

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.cases.models.correspondence import Objection
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.encrypted import EncryptedTextField


class OpinionSubject(models.TextChoices):
    """What an opinion is about."""

    NOTICE = "notice", "公示"
    DISTRICT = "district", "城区"
    PROGRAMME = "programme", "绿色生态城区工作"


class OpinionProgress(models.TextChoices):
    """Progress of an opinion, derived from its recorded dates."""

    AWAITED = "awaited", "待答复"
    LEAD = "lead", "留作线索"
    ANSWERED = "answered", "已答复"
    ASIDE = "aside", "不予办理"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {OpinionProgress.ANSWERED: "success", OpinionProgress.AWAITED: "info"}.get(self, "")


N, D, P = OpinionSubject.NOTICE, OpinionSubject.DISTRICT, OpinionSubject.PROGRAMME


class PublicOpinion(models.Model):
    """公众意见 on a notice, a district or the programme. One on a notice belongs to an ``Objection``, which holds text and answer."""

    number = models.CharField("编号", max_length=20, unique=True)
    about = models.CharField("对象", max_length=10, choices=OpinionSubject.choices)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="public_opinions", verbose_name="城区")
    objection = models.OneToOneField(Objection, models.PROTECT, null=True, blank=True, related_name="public_opinion", verbose_name="异议")
    name = models.CharField("姓名或单位", max_length=60, blank=True)
    contact = EncryptedTextField("联系方式", blank=True, help_text="电话或者电子邮箱，只用于核实和答复，不公开，加密保存")
    text = models.TextField("意见", blank=True, help_text="请写明具体事实和理由，不超过2000字")
    may_publish = models.BooleanField(
        "同意公开意见摘要和答复摘要", default=False, help_text="摘要不含姓名、联系方式；不同意的，只有您能凭查询码看到答复"
    )
    areas = models.JSONField("美丽上海领域", default=list, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="digest of the secret code of the receipt")
    origin = models.CharField(max_length=64, blank=True, editable=False, help_text="keyed digest of the sender's address")
    filed_at = models.DateTimeField("收到时间")
    reply = models.TextField("答复", blank=True)
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    replied_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    aside_at = models.DateTimeField("不予办理时间", null=True, blank=True)
    aside_reason = models.CharField("不予办理的理由", max_length=200, blank=True, help_text="提出人凭查询码可以看到")
    summary = models.CharField("意见摘要", max_length=500, blank=True, help_text="不写姓名、单位和联系方式")
    answer_summary = models.CharField("答复摘要", max_length=500, blank=True)
    published_at = models.DateTimeField("公开时间", null=True, blank=True)

    class Meta:
        verbose_name = "公众意见"
        ordering = ("-filed_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["filed_at"], name="public_opinion_by_day"),
            models.Index(fields=["origin", "filed_at"], name="public_opinion_by_origin"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(about=N, objection__isnull=False, district__isnull=False, text="", name="", reply="")
                | (Q(about=D, objection__isnull=True, district__isnull=False) & ~Q(text=""))
                | (Q(about=P, objection__isnull=True, district__isnull=True) & ~Q(text="")),
                name="public_opinion_about",
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True, reply="") | (Q(replied_at__isnull=False) & ~Q(reply="")), name="public_opinion_replied"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | (Q(may_publish=True) & ~Q(summary="")), name="public_opinion_published"
            ),
            models.CheckConstraint(
                condition=Q(aside_at__isnull=True) | (Q(replied_at__isnull=True) & ~Q(aside_reason="")), name="public_opinion_aside"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def source(self) -> Union["PublicOpinion", Objection]:
        """The object that holds name, contact, text and answer: the objection or the opinion itself."""
        return self.objection or self

    @property
    def answered_at(self) -> dt.datetime | None:
        """Time of the answer."""
        return self.source.replied_at

    @property
    def progress(self) -> OpinionProgress:
        """Progress; an anonymous objection is a lead (线索) that needs no answer."""
        if self.answered_at is not None:
            return OpinionProgress.ANSWERED
        if self.aside_at is not None:
            return OpinionProgress.ASIDE
        is_lead = self.objection is not None and not self.objection.name
        return OpinionProgress.LEAD if is_lead else OpinionProgress.AWAITED

    @property
    def is_demo(self) -> bool:
        """Whether it is about a fictional district or the case of one."""
        district = self.objection.notice.case.district if self.objection else self.district
        return district is not None and district.is_demo
