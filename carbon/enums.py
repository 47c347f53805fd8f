"""Sectors of a carbon inventory."""

from django.db import models


class Sector(models.TextChoices):
    """Sector of an activity; the values are the keys used in inventory files."""

    BUILDING = "building", "建筑运行"
    TRANSPORT = "transport", "交通"
    MUNICIPAL = "municipal", "市政基础设施"
    WATER = "water", "水"
    WASTE = "waste", "废弃物"
    INDUSTRY = "industry", "产业"
    SINK = "sink", "绿地碳汇"
    RENEWABLE = "renewable", "可再生能源抵扣"

    @property
    def is_subtracted(self) -> bool:
        """Whether the sector's tonnes are subtracted from the total (sinks and renewable energy)."""
        return self in (Sector.SINK, Sector.RENEWABLE)
