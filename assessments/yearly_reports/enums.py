"""States of yearly reports."""

from enum import StrEnum


class YearlyReportState(StrEnum):
    """States of a yearly report."""

    DRAFT = "draft"
    SIGNING = "signing"
    FILED = "filed"
    RECEIVED = "received"
    RETURNED = "returned"
