"""Application configuration."""

from greendistrict.core import wired


class OperationConfig(wired.WiredConfig):
    """Ledger of operation."""

    name = "operation"
    verbose_name = "运营"
