"""Hands that never leave the keyboard: what is reached, chosen and pressed by keys alone; a pointer that is used is told."""

import datetime as dt
from contextlib import contextmanager

from playwright.sync_api import Locator, expect

from tests.e2e.steps.actor import Actor

TABS = 150  # between any two things of a page
POINTED = "addEventListener('pointerdown', () => { window.pointed = true; }, true);"


class Keys:
    """Somebody at a keyboard, in front of an actor's page."""

    def __init__(self, actor: Actor):
        self.actor, self.page = actor, actor.page
        actor.context.add_init_script(POINTED)

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Write where the keyboard is."""
        self.page.keyboard.type(words)

    def reach(self, target: Locator, *, back: bool = False) -> None:
        """Tab until the target has the keyboard; it must be seen to have it."""
        for _ in range(TABS):
            self.press("Shift+Tab" if back else "Tab")
            if target.evaluate("node => node === document.activeElement"):
                expect(target).to_be_in_viewport()
                return
        msg = f"{TABS} tabs do not reach {target} on {self.page.url}"
        raise AssertionError(msg)

    @contextmanager
    def arriving(self):
        """What is pressed in this block leads to another page; no pointer was used on the one that is left."""
        assert not self.page.evaluate("window.pointed")
        with self.page.expect_navigation(wait_until="load"):
            yield

    def follow(self, target: Locator) -> None:
        """Reach a link or a button and press it."""
        self.reach(target)
        with self.arriving():
            self.press("Enter")

    def choose(self, words: str) -> None:
        """Choose an option of the list that has the keyboard by its first signs."""
        chosen = self.page.locator("select:focus")
        options = chosen.locator("option").all_inner_texts()
        place = next(place for place, text in enumerate(options) if text.strip() == words)
        self.press("Home", *["ArrowDown"] * place)
        assert chosen.evaluate("node => node.selectedOptions[0].text.trim()") == words

    def type_moment(self, field: Locator, moment: dt.datetime) -> None:
        """Reach a field of day and time and type it, in the order of parts that this browser's language has."""
        self.reach(field)
        for order in ((f"{moment:%m%d%Y}", f"{moment:%I%M%p}"), (f"{moment:%Y}", f"{moment:%m%d%H%M}")):
            for part in order:
                self.type(part)
                self.press("ArrowRight")
            self.press(*["ArrowLeft"] * len("ymdhmp"))
            if field.input_value() == f"{moment:%Y-%m-%dT%H:%M}":
                return
        msg = f"{field} does not take {moment} from the keyboard: {field.input_value()!r}"
        raise AssertionError(msg)
