"""Application configuration."""

from greendistrict.core import wired


class CarbonConfig(wired.WiredConfig):
    """Emission factors and inventories."""

    name = "carbon"
    verbose_name = "碳排放"
