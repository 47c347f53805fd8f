"""Application configuration."""

from greendistrict.core import wired


class DocumentsConfig(wired.WiredConfig):
    """Evidence files: kind, version, digest, safe upload, permission-checked download."""

    name = "greendistrict.documents"
