"""Pages for cases of any kind: list, case page, queue, dossier, timeline."""
