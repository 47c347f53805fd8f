"""Application configuration."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Evidence files: kind, version, digest, safe upload, permission-checked download."""

    name = "greendistrict.documents"
