"""Pages over all kinds of cases: list, case page, queue, dossier, timeline."""
