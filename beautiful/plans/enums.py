"""How far a plan is, and what the roll-over said of a task."""

from django.db import models


class PlanStanding(models.TextChoices):
    """How far a plan is, derived from its decisions."""

    DRAFT = "draft", "编制中"
    IN_FORCE = "in_force", "执行中"
    ROLLED = "rolled", "已滚动"


class RollOutcome(models.TextChoices):
    """What becomes of a task when the plan rolls on."""

    DONE = "done", "完成"
    CARRIED = "carried", "结转"
    CHANGED = "changed", "调整后结转"
    ENDED = "ended", "终止"


GOES_ON = (RollOutcome.CARRIED, RollOutcome.CHANGED)
NEW = "新增"
QUARTERS = (1, 2, 3, 4)
