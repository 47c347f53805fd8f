"""People of the fixed cast at browsers of their own, on Django's live server."""

from contextlib import contextmanager

from django.test import Client

from tests.e2e.steps.actor import Actor


class Desk:
    """One browser per seat, opened when first asked for; all are closed at the end and none may have complained."""

    def __init__(self, browser, url, album, people, *, size=(1366, 768)):
        self.browser, self.url, self.album, self.people, self.size = browser, url, album, people, size
        self.actors: dict[str, Actor] = {}

    def __getitem__(self, seat: str) -> Actor:
        if seat not in self.actors:
            self.actors[seat] = self._signed_in(seat, self.size)
        return self.actors[seat]

    def phone(self, seat: str) -> Actor:
        """The same person at a telephone."""
        key = f"{seat} phone"
        if key not in self.actors:
            self.actors[key] = self._signed_in(seat, (390, 844))
        return self.actors[key]

    def on_phone(self, seat: str, address: str, title: str = "phone") -> None:
        """A page as this person sees it at a telephone."""
        self.phone(seat).open(address)
        self.phone(seat).shoot(title, axe=True)

    def visitor(self, *, size=(1280, 800), javascript=False) -> Actor:
        """Somebody without an account."""
        made = Actor(self.browser, self.url, self.album, size=size, javascript=javascript)
        self.actors[f"visitor {len(self.actors)}"] = made
        return made

    def _signed_in(self, seat, size) -> Actor:
        actor = Actor(self.browser, self.url, self.album, size=size)
        client = Client()
        client.force_login(getattr(self.people, seat))
        actor.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.url}])
        return actor

    def close(self) -> None:
        """Close every browser; each tells what it complained about."""
        for actor in self.actors.values():
            actor.close()


@contextmanager
def desk(browser, live_server, album, people):
    """Browsers of the cast for one journey."""
    opened = Desk(browser, live_server.url, album, people)
    try:
        yield opened
    finally:
        for actor in opened.actors.values():
            actor.context.close()
    for actor in opened.actors.values():
        assert not actor.complaints, "\n".join(actor.complaints)


def take(actor: Actor, words: str, values: dict | None = None, *, button: str = "") -> None:
    """Choose a step in the decision panel and take it; ``values`` for the step's own page, ``button`` where it has one."""
    actor.page.locator("main").get_by_role("radio", name=words).first.check()
    actor.press("办理")
    if values is not None:
        actor.fill(values)
        actor.press(button or words)
