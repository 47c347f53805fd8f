"""Closed lists of a policy file (docs/policy.md): levels, verdicts, steps, operators, kinds of facts."""

from enum import StrEnum

from django.db import models


class RuleLevel(models.TextChoices):
    """Strength of a rule; only ``must`` blocks its step."""

    MUST = "must", "应"
    SHOULD = "should", "宜"
    DUTY = "duty", "要"
    EFFECT = "effect", "结果"
    INFO = "info", "可"


class Outcome(models.TextChoices):
    """Possible results of evaluating a rule."""

    PASS = "pass", "已满足"
    FAIL = "fail", "未满足"
    WARN = "warn", "提醒"
    LATER = "later", "待后续环节"
    NOT_APPLICABLE = "n/a", "不核对"


class Standing(models.TextChoices):
    """Certainty of an open verdict; only ``Outcome.PASS`` opens a gate."""

    SETTLED = "settled", "已核定"
    PROVISIONAL = "provisional", "按目前填写"
    UNDERWAY = "underway", "正在办理"
    UNKNOWN = "unknown", "资料不足"


class PolicyStep(models.TextChoices):
    """Step of a procedure at which a rule is evaluated, in the order of a district's life."""

    MONITOR = "monitor", "日常"
    PLAN = "plan", "年度实施计划"
    FILE = "file", "申报主体提交时"
    ENDORSE = "endorse", "区政府批复时"
    ACCEPT = "accept", "受理时"
    REVIEW = "review", "专家审查时"
    GRANT = "grant", "授予时"
    CONSTRUCT = "construct", "建设管控"
    OPERATE = "operate", "运营与评估"
    REQUEST = "request", "申请验收时"
    CONCLUDE = "conclude", "验收审查时"
    DECIDE = "decide", "决定时"


class Op(models.TextChoices):
    """Comparison operator of a requirement."""

    EQ = "eq", "等于"
    GE = "ge", "不小于"
    CONTAINS_ALL = "contains_all", "包含全部"
    TRUE = "true", "是"


class FactType(models.TextChoices):
    """Kinds of facts."""

    CHOICE = "choice", "选项"
    NUMBER = "number", "数"
    RATIO = "ratio", "比例"
    BOOL = "bool", "是否"
    SET = "set", "集合"


APPLICATION = (PolicyStep.FILE, PolicyStep.ENDORSE, PolicyStep.ACCEPT, PolicyStep.REVIEW, PolicyStep.GRANT)
ACCEPTANCE = (PolicyStep.REQUEST, PolicyStep.CONCLUDE, PolicyStep.DECIDE)


class WordingState(StrEnum):
    """States of a version of a text block of letters."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
