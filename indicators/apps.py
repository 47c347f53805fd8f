"""Application configuration."""

from greendistrict.core import wired


class IndicatorsConfig(wired.WiredConfig):
    """Standard editions, clauses, rules and pure scoring; knows no district."""

    name = "indicators"
    verbose_name = "评价标准"
