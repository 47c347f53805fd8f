"""Application configuration."""

from greendistrict.core import wired


class ApprovalsConfig(wired.WiredConfig):
    """Cases, endorsement, notices, announcement batches, titles."""

    name = "approvals"
