"""Two hands at a browser, counted: clicks, keys, signs typed, fields opened, pages loaded; and what the eyes are given to read."""

from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from playwright.sync_api import Locator, expect

from tests.factories.accounts import PASSWORD

SIGNS_A_MINUTE = 40
SECONDS_A_MOVE = 2  # to find a thing and click it, or to press a key that is no sign of a text
WATCHED = """(() => {
  const opened = (node) => node instanceof Element && node.matches("input:not([type=hidden], [type=submit]), select, textarea");
  addEventListener("focusin", ({ target }) => {
    if (opened(target)) window.fieldOpened(`${location.pathname} ${target.name || target.id}`);
  }, true);
})()"""


@dataclass
class Counts:
    """What a task took."""

    clicks: int = 0
    keys: int = 0
    signs: int = 0
    pages: int = 0
    words: int = 0  # characters in sight on the pages that a click led to, the desk first
    fields: set[str] = field(default_factory=set)

    @property
    def minutes(self) -> float:
        """Of a person that types so many signs a minute; reading and thinking left aside."""
        return self.signs / SIGNS_A_MINUTE + (self.clicks + self.keys) * SECONDS_A_MOVE / 60

    def told(self, **more) -> dict:
        """Plain figures."""
        return {**asdict(self), "fields": len(self.fields), "minutes": round(self.minutes, 1), **more}


class Hands:
    """Somebody who begins at the sign-in page."""

    def __init__(self, browser, url: str, user):
        self.counts = Counts()
        self.context = browser.new_context(base_url=url, viewport={"width": 1366, "height": 768}, locale="zh-CN")
        self.page = self.context.new_page()
        self.context.expose_function("fieldOpened", self._opened)
        self.context.add_init_script(WATCHED)
        self.page.on("framenavigated", self._arrived)
        self.page.goto("/accounts/login/")
        self.type(self.page.get_by_label("账号"), user.username)
        self.type(self.page.get_by_label("密码", exact=True), PASSWORD)
        self.go(self.page.get_by_role("button", name="登录"))

    def _opened(self, name: str) -> None:
        self.counts.fields.add(name)

    def _arrived(self, frame) -> None:
        if frame == self.page.main_frame:
            self.counts.pages += 1

    def click(self, target: Locator) -> None:
        """Click what is seen."""
        self.counts.clicks += 1
        target.click()

    def go(self, target: Locator) -> None:
        """Click what leads to another page."""
        with self.page.expect_navigation(wait_until="load"):
            self.click(target)
        self.counts.words += len("".join(self.page.locator("main").inner_text().split()))

    def press(self, key: str) -> None:
        """One key."""
        self.counts.keys += 1
        self.page.keyboard.press(key)

    def type(self, target: Locator, text: str) -> None:
        """Click into a field and type over what stands there."""
        self.click(target)
        if target.input_value():
            self.press("Control+A")
        self.write(text)

    def write(self, text: str) -> None:
        """Type where the keyboard is."""
        self.counts.signs += len(text)
        self.page.keyboard.type(text)

    def give(self, target: Locator, file: dict) -> None:
        """Choose a file in the dialog of the system: open it, choose, confirm."""
        self.counts.clicks += 3
        target.set_input_files(file)

    def see(self, words: str) -> None:
        """The page says it."""
        expect(self.page.locator("body")).to_contain_text(words)


@contextmanager
def hands_of(browser, url: str, user):
    """Hands until the task is done."""
    hands = Hands(browser, url, user)
    try:
        yield hands
    finally:
        hands.context.close()
