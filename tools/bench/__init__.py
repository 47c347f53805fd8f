"""Hot paths beside their limits: ``manage.py bench``. Never part of a running portal; see ``docs/performance.md``."""
