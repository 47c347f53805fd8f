"""The expert pool as workbooks: list and template out, filled-in template back with a preview, hours out."""
