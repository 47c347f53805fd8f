"""Boundaries from files: reading, checking, area. No Django project is loaded.

``reader`` is the entry point; it passes the file to ``child_process``, which runs with limits on time and memory, because the file is
untrusted and numpy must not stay loaded in a web worker.
"""
