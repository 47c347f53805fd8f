"""Application configuration."""

from greendistrict.core import wired


class CarbonConfig(wired.WiredConfig):
    """Emission factors, inventories and meters."""

    name = "carbon"
    verbose_name = "碳排放"
