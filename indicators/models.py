"""Standard editions as rows: an edition, its chapters, its clauses. Written by ``indicators.editions.services`` only."""

from indicators.editions.models import Chapter, Clause, Edition, EditionDocument

__all__ = [
    "Chapter",
    "Clause",
    "Edition",
    "EditionDocument",
]
