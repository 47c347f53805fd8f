"""Content of a change request, stored beside its case."""

from typing import ClassVar

from django.db import models

from approvals.cases.models.cases import Case


class Change(models.Model):
    """A change of one kind (key of ``approvals.changes.kinds``). ``values`` are plain data.

    ``lines`` (变更前后) and ``effects`` (gates and scores) are frozen when the change is signed; ``settled`` (the effects as the
    district stood that day), ``result`` and ``applied_at`` are written by the decision. Each line is ``{"what", "before", "after"}``.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="change")
    kind = models.CharField("变更事项", max_length=30)
    reason = models.TextField("变更理由", blank=True, help_text="写明事由和依据文件")
    values = models.JSONField("变更内容", default=dict)
    lines = models.JSONField("变更前后", default=list)
    effects = models.JSONField("对条件和得分的影响", default=list)
    settled = models.JSONField("决定时的影响", default=list)
    result = models.CharField("生效结果", max_length=300, blank=True)
    applied_at = models.DateTimeField("生效时间", null=True, blank=True)

    class Meta:
        verbose_name = "变更"
        indexes: ClassVar = [models.Index(fields=["kind"], name="change_by_kind")]

    def __str__(self) -> str:
        return f"{self.case} {self.kind}"
