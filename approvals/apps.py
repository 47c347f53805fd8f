"""Application configuration."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Cases, endorsement, notices, announcement batches, titles."""

    name = "approvals"
