"""One person at a browser of their own: signs in, opens pages, fills forms by their labels, presses buttons, keeps screenshots."""

import itertools
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect

from greendistrict.processes import until
from scripts.crawl import shape
from tests.browsers import WORK_MS

ROOT = Path(__file__).resolve().parents[3]
SERIOUS = {"serious", "critical"}
CONTRAST = "color-contrast"  # takes four fifths of the time of all rules, and what it finds hangs on style sheets
contrasted: set[tuple[str, int]] = set()  # pages and widths in which this process has looked at contrasts
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


class Album:
    """Screenshots of one test, numbered in the order they were taken, in ``var/e2e/<name>/``."""

    def __init__(self, name: str):
        self.folder = Path(os.environ.get("GD_E2E_DIR") or ROOT / "var" / "e2e") / name
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("*.jpg"):
            old.unlink()
        self._numbers = itertools.count(1)

    def path(self, title: str) -> Path:
        """Where the next picture goes."""
        return self.folder / f"{next(self._numbers):02d}-{title}.jpg"


class Actor:
    """A browser context, signed in as ``account`` where one is given."""

    def __init__(self, browser: Browser, url: str, album: Album, account=None, *, size=(1280, 800), javascript=True):
        width, height = size
        self.url, self.album = url, album
        self.context = browser.new_context(
            base_url=url, viewport={"width": width, "height": height}, java_script_enabled=javascript, locale="zh-CN"
        )
        self.page = self.context.new_page()
        self.javascript = javascript
        self.complaints: list[str] = []
        self.expected = 0
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._answered)
        if account:
            self.sign_in(account)

    def _heard(self, message) -> None:
        if message.type in {"error", "warning"} and "the server responded with a status of" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _answered(self, response) -> None:
        if response.status >= 400:
            if self.expected == response.status:
                self.expected = 0
            else:
                self.complaints.append(f"{response.status} {response.request.method} {response.url}")

    def sign_in(self, account) -> None:
        """Sign in through the form."""
        self.open("/accounts/login/")
        self.fill({"账号": account["username"], "密码": account["password"]})
        self.press("登录")
        assert "/accounts/login" not in self.page.url, f"{account['username']} was not signed in: {self.page.locator('main').inner_text()}"

    def close(self) -> None:
        """Leave; nothing unexpected may have been said by the console or the server."""
        self.context.close()
        assert not self.complaints, "\n".join(self.complaints)

    # --- looking ---

    def open(self, path: str, *words: str) -> None:
        """Go to a page; it must answer well, and say ``words``."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, f"{answer.status} {path}"
        self.see(*words)

    def follow(self, name: str, *words: str, exact: bool = False, within: str = "main") -> None:
        """Click the first link of that name and arrive where ``words`` stand."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=name, exact=exact).first.click()
        self.see(*words)

    def text(self, selector: str = "main") -> str:
        """Visible words."""
        return self.page.locator(selector).first.inner_text()

    def see(self, *words: str) -> None:
        """Every one of ``words`` stands on the page."""
        body = self.page.locator("body")
        for word in words:
            try:
                expect(body).to_contain_text(word, use_inner_text=True)
            except AssertionError:
                msg = f"{self.page.url} does not say “{word}”:\n{self.text()[:2500]}"
                raise AssertionError(msg) from None

    def wait_for(self, path: str, words: str) -> None:
        """Look at a page until it says ``words``: another process is at work on it."""

        def says() -> bool:
            self.open(path)
            return words in self.text()

        assert until(says, WORK_MS / 1000), f"{path} never says “{words}”: {self.text()[:1500]}"

    def shoot(self, title: str, *, axe: bool = False) -> None:
        """Keep a picture of the whole page; ``axe`` also lets the accessibility rules look, that of contrasts once at a page in a width."""
        self.page.evaluate("scrollTo(0, 0)")
        # Hiding the caret would leave empty style attributes behind, which the content security policy refuses when htmx moves them.
        # A JPEG takes half the time of a PNG.
        self.page.screenshot(path=self.album.path(title), type="jpeg", quality=70, full_page=True, caret="initial")
        if axe:
            looked_at = (shape(urlsplit(self.page.url).path), self.page.viewport_size["width"])
            self.check_access(title, contrasts=looked_at not in contrasted)
            contrasted.add(looked_at)

    def check_access(self, title: str, *, contrasts: bool = True) -> None:
        """No serious or critical finding by axe."""
        rules = {CONTRAST: {"enabled": contrasts}}
        found = Axe().run(self.page, options={"runOnly": RULES, "rules": rules, "resultTypes": ["violations"]}).response["violations"]
        bad = [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found if one["impact"] in SERIOUS]
        assert bad == [], f"{title}: {bad}"

    # --- filling ---

    def fill(self, values: dict, *, within: str = "main") -> None:
        """Set controls by the beginning of their label: text, words of an option, True or False for a box, a path for a file."""
        for label, value in values.items():
            self._set(self.page.locator(within), label, value)

    def _set(self, place: Locator, label: str, value) -> None:
        control = place.get_by_label(re.compile(f"^{re.escape(label)}")).and_(self.page.locator("input, select, textarea")).first
        if isinstance(value, Path):
            control.set_input_files(value)
        elif isinstance(value, bool):
            control.set_checked(value)
        elif control.evaluate("node => node.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(str(value))

    def press(self, name: str, *words: str, within: str = "main", exact: bool = True, expected: int = 0) -> None:
        """Press the first button of that name; the answer says ``words``, with a status of 400 or more where ``expected`` names one."""
        self.expected = expected
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator(within).get_by_role("button", name=name, exact=exact).first.click()
        self.see(*words)

    def step(self, label: str, *words: str, reason: str = "") -> None:
        """Take a step with its reason, and say once more that it is meant where the page asks; then ``words`` stand there."""
        if reason:
            self.fill({"意见或理由": reason})
        self.press(label)
        if self.page.locator("input[name='confirmed']").count():
            self.press(label)
        self.see(*words)

    def download(self, link: Locator, folder: Path) -> Path:
        """Fetch the file behind a link as the browser would."""
        with self.page.expect_download() as waiting:
            link.click()
        found = folder / waiting.value.suggested_filename
        waiting.value.save_as(found)
        return found
