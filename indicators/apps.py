"""Application configuration."""

from greendistrict.core import wired


class IndicatorsConfig(wired.WiredConfig):
    """Standard editions, clauses, rules and pure scoring; independent of districts."""

    name = "indicators"
    verbose_name = "评价标准"
