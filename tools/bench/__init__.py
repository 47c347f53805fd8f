"""Benchmark of frequent paths against their limits: ``manage.py bench``. Never part of a running portal; see ``docs/performance.md``."""
