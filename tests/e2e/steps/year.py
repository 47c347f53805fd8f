"""The year as the test drives it: the portal, a browser per seat, business time, and what earlier steps found out."""

import datetime as dt
import json

from tests.e2e.steps.actor import Actor, Album

NAME = "演示临港新区（虚构）"


class Year:
    """Everything the steps share. ``facts`` holds addresses and figures read from pages."""

    def __init__(self, portal, browser, album: Album, accounts: dict, values: dict):
        self.portal, self.browser, self.album, self.accounts, self.values = portal, browser, album, accounts, values
        self.facts: dict = {}
        self.today: dt.date = dt.date(2025, 3, 3)
        self._actors: dict[str, Actor] = {}
        self.files = portal.folder / "own-files"
        self.files.mkdir(exist_ok=True)

    def at(self, seat: str) -> Actor:
        """The browser of a seat, opened and signed in when it is first asked for."""
        if seat not in self._actors:
            self._actors[seat] = Actor(self.browser, self.portal.url, self.album, self.accounts[seat])
        return self._actors[seat]

    def visitor(self) -> Actor:
        """A browser of somebody who is not signed in."""
        return self._actors.setdefault("", Actor(self.browser, self.portal.url, self.album))

    def leave(self, seat: str) -> None:
        """Close a seat's browser; it must have seen nothing unexpected."""
        self._actors.pop(seat).close()

    def end(self) -> None:
        """Close all."""
        for seat in list(self._actors):
            self.leave(seat)

    def move(self, day: dt.date, hour: int = 10, minute: int = 0) -> None:
        """Let it be another day everywhere."""
        self.today = day
        self.portal.move(dt.datetime.combine(day, dt.time(hour, minute)))

    def pdf(self, title: str):
        """A real PDF file of that name."""
        from tests.files import pdf

        path = self.files / f"{title}.pdf"
        path.write_bytes(pdf())
        return path

    def boundary(self):
        """A boundary of about 4 km² as a GeoJSON file."""
        ring = [[121.90, 30.90], [121.92, 30.90], [121.922, 30.919], [121.90, 30.92], [121.90, 30.90]]
        path = self.files / "boundary.geojson"
        path.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
        return path
