"""Data from which the draw of a panel can be repeated."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from assessments.reviews.models import Draw
from greendistrict.core import sealing

SIGNATURE, FORMAT = "signature", "greendistrict-draw/1"


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


def with_signature(data: Mapping[str, Any]) -> dict[str, Any]:
    """The published data of a draw, signed by the portal: whoever repeats the draw knows that nobody made up list and secret."""
    return {**data, SIGNATURE: sealing.signature_of(_signed(data))}


def doubts(data: Mapping[str, Any], named: Iterable[str] = ()) -> str:
    """Why data that repeat are not known to be the portal's; empty if its key, or one of ``named`` (PEM), signed them."""
    return sealing.doubts(data.get(SIGNATURE), _signed(data), named)


def _signed(data: Mapping[str, Any]) -> bytes:
    content = {name: value for name, value in data.items() if name != SIGNATURE}
    return json.dumps({"format": FORMAT, "data": content}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
