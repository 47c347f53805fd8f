"""Application configuration."""

from greendistrict.core import wired


class ReportsConfig(wired.WiredConfig):
    """Report kinds: figures, PDF, XLSX, and export jobs with progress."""

    name = "reports"
