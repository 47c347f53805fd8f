"""Models of an expert: profile, absences, trainings, declared ties with their kinds, and employments."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from assessments.common.enums import PoolState
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of, ordered
from greendistrict.core.pinyin import sort_key


class TieKind(models.TextChoices):
    """Ground for a recusal other than employment."""

    TOOK_PART = "took_part", "参与过项目"
    RELATION = "relation", "有利害关系"


class ExpertProfile(models.Model):
    """A person in the pool with specialties. A removed person stays on record but is never drawn."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="expert", verbose_name="专家")
    specialties = models.JSONField("专业", default=list, help_text="chapter keys")
    valid_from = models.DateField("聘期起")
    valid_to = models.DateField("聘期止", null=True, blank=True, help_text="不填为长期；改动聘期时原聘期留在记录里")
    available = models.BooleanField("可参加评审", default=True)
    is_demo = models.BooleanField("演示数据", default=False)
    status = models.CharField("状态", max_length=10, choices=PoolState, default=PoolState.ACTIVE)
    rank = models.CharField("职称或职务", max_length=60, blank=True)
    past_terms = models.JSONField("以往聘期", default=list, help_text="pairs of ISO days, oldest first")
    confirmed_on = models.DateField("本人确认日期", null=True, blank=True)
    name_pinyin = models.CharField(max_length=300, editable=False, default="", db_index=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "专家"
        constraints: ClassVar = [
            ordered("valid_from", "valid_to", name="expert_term_ordered"),
            one_of("status", PoolState.values, name="expert_status_known"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Set the pinyin sort key of the list before saving."""
        self.name_pinyin = self.name_pinyin or sort_key(self.user.name)
        super().save(*args, **kwargs)


class ExpertAbsence(models.Model):
    """A period in which the expert gets no invitations."""

    expert = models.ForeignKey(ExpertProfile, models.CASCADE, related_name="absences")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止")
    note = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = "不可参加时段"
        ordering = ("valid_from", "pk")
        constraints: ClassVar = [ordered("valid_from", "valid_to", name="absence_ordered")]

    def __str__(self) -> str:
        return f"{self.expert} {self.valid_from}"


class ExpertTraining(models.Model):
    """A training an expert took part in."""

    expert = models.ForeignKey(ExpertProfile, models.CASCADE, related_name="trainings")
    on = models.DateField("日期")
    title = models.CharField("培训内容", max_length=100)
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1)

    class Meta:
        verbose_name = "培训"
        ordering = ("-on", "pk")

    def __str__(self) -> str:
        return f"{self.expert} {self.title}"


class ExpertTie(models.Model):
    """A declared tie other than employment: work on a district's project, or a relation to a body, stored as text.

    Text instead of a foreign key: a choice of districts would tell an expert which one is about to apply.
    """

    expert = models.ForeignKey(ExpertProfile, models.CASCADE, related_name="ties")
    kind = models.CharField("情形", max_length=10, choices=TieKind)
    body = models.CharField("有关单位", max_length=100, blank=True, help_text="单位和城区至少填一项，填全称")
    project = models.CharField("有关城区或项目", max_length=100, blank=True)
    note = models.CharField("说明", max_length=200, help_text="如参与专业规划编制、近亲属任职")

    class Meta:
        verbose_name = "应回避的关系"
        ordering = ("pk",)
        constraints: ClassVar = [
            one_of("kind", TieKind.values, name="tie_kind_known"),
            models.CheckConstraint(condition=~models.Q(body="") | ~models.Q(project=""), name="tie_names_something"),
        ]

    def __str__(self) -> str:
        return f"{self.expert} {self.get_kind_display()}"


class ExpertEmployment(models.Model):
    """A present or past employer; conflicts of interest reach three years back."""

    expert = models.ForeignKey(ExpertProfile, models.CASCADE, related_name="employments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    valid_from = models.DateField("任职起")
    valid_to = models.DateField("任职止", null=True, blank=True, help_text="在任的不填")

    class Meta:
        verbose_name = "任职经历"
        constraints: ClassVar = [ordered("valid_from", "valid_to", name="employment_term_ordered")]

    def __str__(self) -> str:
        return f"{self.expert} {self.organisation}"
