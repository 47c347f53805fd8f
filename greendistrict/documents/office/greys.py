"""Pictures of more than 256 greys, as scanners write them: Pillow makes all but the darkest white where it makes other modes of them."""

from typing import Any

DEEP = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
DEEPEST = 65_535


def in_bytes(image: Any) -> Any:
    """The picture (of Pillow) with 256 greys if it has more, else unchanged."""
    if image.mode not in DEEP:
        return image
    greys = image.convert("F")
    return greys.point(lambda grey: grey * (255 / DEEPEST) + 0).convert("L")
