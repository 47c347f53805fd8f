"""Closed lists of values of score tables, reviews and self-checks."""

from typing import Self

from django.db import models


class Purpose(models.TextChoices):
    """Purpose of a score table."""

    APPLICATION = "application", "试点申报"
    SELF_CHECK = "self_check", "年度自查"
    ACCEPTANCE = "acceptance", "终期验收"
    STAGE = "stage", "阶段评估"


class ScoringStage(models.TextChoices):
    """Stage of the edition that a table is scored in."""

    PLANNING = "planning", "规划设计"
    OPERATION = "operation", "实施运管"


class BuildState(models.TextChoices):
    """Construction state of a row's object; an unbuilt row gets no verdict."""

    NOT_STARTED = "not_started", "未启动"
    GOING = "going", "实施中"
    DONE = "done", "已完成"


class PoolState(models.TextChoices):
    """State of a person in the expert pool; only members are drawn."""

    INVITED = "invited", "待答复"
    ACTIVE = "active", "在库"
    DECLINED = "declined", "未加入"
    REMOVED = "removed", "已移出"


class BodyRole(models.TextChoices):
    """Role of a body for the district under review."""

    PLANNING = "planning", "规划单位"
    DESIGN = "design", "设计单位"
    CONSULTING = "consulting", "咨询单位"
    VERIFYING = "verifying", "核查机构"


class RecusalState(models.TextChoices):
    """State of an applicant's recusal request."""

    ASKED = "asked", "待答复"
    GRANTED = "granted", "已同意"
    REFUSED = "refused", "未同意"


class CommentKind(models.TextChoices):
    """Weight of a comment."""

    MUST = "must", "须修改"
    ADVICE = "advice", "建议"


class Conclusion(models.TextChoices):
    """The four conclusions of a review."""

    PASSED = "passed", "通过"
    PASSED_AFTER = "passed_after", "修改完善后通过"
    REVISE = "revise", "修改后重审"
    FAILED = "failed", "不通过"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {Conclusion.PASSED: "success", Conclusion.FAILED: "danger"}.get(self, "")


class StageConclusion(models.TextChoices):
    """Conclusion of an assessment organised by the city."""

    QUALIFIED = "qualified", "合格"
    UNQUALIFIED = "unqualified", "不合格"

    @classmethod
    def of(cls, *, passed: bool) -> Self:
        """The conclusion of an assessment that was passed or not."""
        return cls.QUALIFIED if passed else cls.UNQUALIFIED

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return "success" if self == StageConclusion.QUALIFIED else "danger"


class YearlyReportKind(models.TextChoices):
    """Reports on a year of operation."""

    OPERATION = "operation", "运营工作报告"
    CARBON = "carbon", "碳排放核查报告"
