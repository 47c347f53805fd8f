"""What a draw of a panel is repeated from."""

from typing import Any

from assessments.reviews.models.review import Draw


def panel_draw_data(made: Draw) -> dict[str, Any]:
    """Everything needed to repeat a draw that was made (docs/draw.md)."""
    return {
        "pool": made.pool,
        "terms": made.terms,
        "commitment": made.secret_digest,
        "secret": made.secret,
        "list_digest": made.list_digest,
        "result": made.result,
        "tries": made.tries,
    }
