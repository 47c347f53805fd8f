"""Data from which the draw of a panel can be repeated."""

from typing import Any

from assessments.reviews.models.review import Draw


def panel_draw_data(made: Draw) -> dict[str, Any]:
    """All data needed to repeat a completed draw (docs/draw.md)."""
    return {
        "pool": made.pool,
        "terms": made.terms,
        "commitment": made.secret_digest,
        "secret": made.secret,
        "list_digest": made.list_digest,
        "result": made.result,
        "tries": made.tries,
    }
