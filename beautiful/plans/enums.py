"""Standing of a plan, and outcome of a task at the roll-over."""

from django.db import models


class PlanStanding(models.TextChoices):
    """Standing of a plan, derived from its decisions."""

    DRAFT = "draft", "编制中"
    IN_FORCE = "in_force", "执行中"
    ROLLED = "rolled", "已滚动"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {"draft": "amber", "in_force": "blue"}.get(self.value, "")


class RollOutcome(models.TextChoices):
    """Outcome of a task when the plan is rolled over."""

    DONE = "done", "完成"
    CARRIED = "carried", "结转"
    CHANGED = "changed", "调整后结转"
    ENDED = "ended", "终止"


GOES_ON = (RollOutcome.CARRIED, RollOutcome.CHANGED)
NEW = "新增"
QUARTERS = (1, 2, 3, 4)
