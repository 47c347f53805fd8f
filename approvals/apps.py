"""Application configuration."""

from greendistrict.core import wired


class ApprovalsConfig(wired.WiredConfig):
    """App of cases, endorsements, notices, announcement batches and titles."""

    name = "approvals"
