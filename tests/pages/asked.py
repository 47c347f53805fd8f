"""Which pages are kept: ``pages.txt``, a head for each text and below it what is asked by whom.

    # approvals/case
    city_officer get /cases/12/
    city_officer piece /cases/12/steps/
    preparer post /cases/12/edit/ {"name": ""}

``piece`` is a part of a page that the page itself asks for, ``whole`` a page with the frame around its main part.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

LIST = Path(__file__).parent / "pages.txt"


class Page(NamedTuple):
    """Something asked of the portal."""

    seat: str
    how: str
    address: str
    data: dict[str, Any] | None

    @property
    def headers(self) -> dict[str, str]:
        """Headers with which a page asks for a piece of itself; ``piece#rows`` is to take the place of the element ``rows``."""
        piece, _, target = self.how.partition("#")
        return {"hx-request": "true", **({"hx-target": target} if target else {})} if piece == "piece" else {}

    @property
    def is_whole(self) -> bool:
        return self.how == "whole"

    @property
    def head(self) -> str:
        told = f" {json.dumps(self.data, ensure_ascii=False)}" if self.data else ""
        return f"{self.seat} {self.how} {self.address}{told}"


def asked() -> dict[str, list[Page]]:
    """Pages by the text that they are kept in."""
    found: dict[str, list[Page]] = {}
    pages: list[Page] = []
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            pages = found.setdefault(line[2:], [])
        elif line:
            seat, how, address, *data = line.split(" ", 3)
            given = json.loads(data[0]) if data else {}
            pages.append(Page(seat, how, address, given if how == "post" else None))
    return found
