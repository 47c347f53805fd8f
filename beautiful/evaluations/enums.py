"""Standing and conclusion of an evaluation."""

from django.db import models


class EvaluationStanding(models.TextChoices):
    """Standing of an evaluation, derived from what is recorded."""

    REPORTING = "reporting", "待自评"
    CHECKING = "checking", "待核对"
    CONCLUDING = "concluding", "待结论"
    CONCLUDED = "concluded", "已作结论"


class EvaluationConclusion(models.TextChoices):
    """Conclusion for a year of an area; the terms are this portal's own, the draft defines none."""

    ON_PATH = "on_path", "按计划推进"
    PARTLY = "partly", "部分滞后"
    BEHIND = "behind", "滞后"
