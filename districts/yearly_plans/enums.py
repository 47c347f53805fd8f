"""Works of a yearly plan."""

from django.db import models


class PlanWork(models.TextChoices):
    """Kinds of works in a yearly plan; anything else is 其他."""

    PLANNING = "planning", "专业规划编制"
    APPLY = "apply", "试点申报"
    LAND = "land", "土地出让或划拨"
    PLOTS = "plots", "地块建设"
    WORKS = "works", "市政设施建设"
    PROJECTS = "projects", "近期重点项目"
    RENEWAL = "renewal", "区域更新"
    OPERATE = "operate", "运营管理"
    ACCEPT = "accept", "终期验收"
    OTHER = "other", "其他"
