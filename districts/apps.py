"""Application configuration."""

from greendistrict.core import wired


class DistrictsConfig(wired.WiredConfig):
    """Districts, plans, key projects, plots, works and baselines."""

    name = "districts"
