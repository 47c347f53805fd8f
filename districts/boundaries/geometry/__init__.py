"""Boundaries from files: reading, checking, area. Pure, no Django.

``reader`` is what the portal calls; it hands the file to ``child``, a process of its own with limits on time and memory,
because the file is a stranger's and numpy must not stay in a web worker.
"""
