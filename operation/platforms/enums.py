"""Kinds of digital platforms, in the words of 七（三）3, and their state."""

from django.db.models import TextChoices


class PlatformKind(TextChoices):
    """What the platform is for."""

    CIM = "cim", "城市信息模型（CIM）"
    DATABASE = "database", "综合性城区管理数据库"
    ONE_NET = "one_net", "一网统管"
    TRAFFIC = "traffic", "智慧交通"
    COMMUNITY = "community", "智慧社区"
    ENERGY = "energy", "能耗监测"
    SAFETY = "safety", "公共安全"
    OTHER = "other", "其他"


class PlatformStanding(TextChoices):
    """State of the platform."""

    PLANNED = "planned", "计划建设"
    BUILDING = "building", "建设中"
    RUNNING = "running", "运行"
