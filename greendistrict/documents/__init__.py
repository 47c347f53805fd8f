"""Evidence files: kind, version, digest, safe upload, permission-checked download."""
