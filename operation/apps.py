"""Application configuration."""

from greendistrict.core import wired


class OperationConfig(wired.WiredConfig):
    """The app ``operation``: the operation ledger (运营台账)."""

    name = "operation"
    verbose_name = "运营"
