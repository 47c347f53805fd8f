"""Boundaries from files: reading, checking, area. Pure, no Django.

``reader`` is what the portal calls; it hands the file to ``child_process``, which has limits on time
and memory: the file is untrusted and numpy must not stay loaded in a web worker.
"""
