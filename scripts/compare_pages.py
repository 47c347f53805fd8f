"""Compares the visible text of two portals on the same database, before and after a change of templates.

``compare_pages.py BEFORE_URL AFTER_URL ACCOUNTS.json [--limit N] [--seat NAME …]`` logs in with each account (the file is that of
``scripts/crawl.py``), follows the links of the first portal as the crawl does, opens each page in Chromium in both, and compares their
``innerText``, including spaces. Prints one passage per difference and then exits 1. Both portals run on one machine and share sessions.
"""

import argparse
import json
import os
import re
import shutil
import sys
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import crawl  # noqa: E402 -- needs the path above
from scripts.setup import BROWSERS  # noqa: E402 -- after the path of the checkout

AROUND = 30
PAGES = 400  # per seat
# Text that depends on the time of the request.
MOVING = re.compile(r"\d{1,2}:\d{2}(:\d{2})?|\d+(秒|分钟)前")


def addresses(visitor: crawl.Visitor, starts: list[str], limit: int) -> Iterator[str]:
    """Addresses of the pages that a seat can see: those closest to its first page, a few of each shape."""
    waiting = deque(urljoin(visitor.base, start) for start in starts)
    seen, shapes, count = set(waiting), Counter[str](), 0
    while waiting and count < limit:
        url = waiting.popleft()
        shapes[crawl.shape(url)] += 1
        if shapes[crawl.shape(url)] > crawl.PAGES_PER_SHAPE:
            continue
        status, final, kind, text = visitor.open(url)
        if kind != "text/html" or status >= crawl.ERROR:
            continue
        count += 1
        yield url
        links = (crawl.same_site(visitor.base, final, link) for link in crawl.Page(text).links)
        fresh = [link for link in dict.fromkeys(links) if link is not None and link not in seen]
        seen.update(fresh)
        waiting.extend(fresh)


def words(page: Page, url: str) -> str:
    """Text that Chromium shows at ``url``, without clock-dependent parts."""
    page.goto(url, wait_until="load")
    text: str = page.evaluate("document.title + '\\n' + document.body.innerText")
    return MOVING.sub("…", text)


def difference(before: str, after: str) -> str:
    """The first difference of two texts with its surroundings; "" if they are equal."""
    if before == after:
        return ""
    at = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), min(len(before), len(after)))
    return f"{before[max(0, at - AROUND) : at + AROUND]!r} != {after[max(0, at - AROUND) : at + AROUND]!r}"


def compared(context: BrowserContext, before: str, after: str, paths: Iterator[str]) -> tuple[int, dict[str, str]]:
    """Number of pages compared, and the differences. Differing pages are compared again, because background tasks change data meanwhile."""
    page, count, found = context.new_page(), 0, {}
    for url in paths:
        count += 1
        other = urljoin(after, url[len(before.rstrip("/")) :])
        if difference(words(page, url), words(page, other)) and (said := difference(words(page, url), words(page, other))):
            found[urlsplit(url).path] = said
            print(f"  {url}: {said}", flush=True)
    page.close()
    return count, found


def program() -> str:
    """Path of the installed browser; exits without one."""
    found = next(filter(None, map(shutil.which, [os.environ.get("GD_CHROMIUM", ""), *BROWSERS])), None)
    return found or sys.exit(f"no browser at {BROWSERS}: run make setup-browser, or name one in GD_CHROMIUM")


def main() -> int:
    """Exit code 1 if any page differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("accounts", type=Path)
    parser.add_argument("--limit", type=int, default=PAGES)
    parser.add_argument("--seat", nargs="*")
    options = parser.parse_args()
    accounts: list[dict[str, str] | None] = [None, *json.loads(options.accounts.read_text(encoding="utf-8"))]
    differing = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        for account in accounts:
            seat = account["seat"] if account else "(public)"
            if options.seat and seat not in options.seat:
                continue
            visitor = crawl.Visitor(options.before)
            landed = visitor.log_in(account["username"], account["password"]) if account else "/"
            context = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768})
            host = urlsplit(options.before).hostname or ""
            context.add_cookies([{"name": one.name, "value": one.value or "", "domain": host, "path": "/"} for one in visitor.cookies])
            count, found = compared(context, options.before, options.after, addresses(visitor, [landed, "/"], options.limit))
            print(f"{seat}: {count} pages, {len(found)} differ", flush=True)
            differing += len(found)
            context.close()
        browser.close()
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
