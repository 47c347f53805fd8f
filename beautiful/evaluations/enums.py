"""How far an evaluation is, and what it concludes."""

from django.db import models


class EvaluationStanding(models.TextChoices):
    """How far an evaluation is, derived from what is recorded."""

    REPORTING = "reporting", "待自评"
    CHECKING = "checking", "待核对"
    CONCLUDING = "concluding", "待结论"
    CONCLUDED = "concluded", "已作结论"


class EvaluationConclusion(models.TextChoices):
    """What a year of an area is found to be; words of this portal, the draft has none."""

    ON_PATH = "on_path", "按计划推进"
    PARTLY = "partly", "部分滞后"
    BEHIND = "behind", "滞后"
