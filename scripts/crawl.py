"""Crawls every link visible to an account and reports errors.

``crawl.py BASE_URL ACCOUNTS.json`` logs in through the real login form as each account of the file (a list of objects with
``seat``, ``username``, ``password``), follows same-site GET links including downloads, and exits 1 with one line per failure.
Standard library only; ``crawl()`` is used by the demo and by tests.
"""

import argparse
import html
import http.client
import http.cookiejar
import json
import re
import sys
import urllib.error
import urllib.request
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

PAGES_PER_SHAPE = 2
ERROR = 400
SECONDS = 60
AT_ONCE = 3  # seats in parallel; the demo's web server has two processes
LOGIN = "/accounts/login/"
PUBLIC = "(public)"  # seat name of visitors who have not logged in
GUIDE_PAGE = re.compile(r"^/guide/.+")
VARIABLE = re.compile(r"^(?:\d[\d-]*|[0-9a-f]{8,}(?:-[0-9a-f]+)*|[A-Z]{2,3}-\d{4}-\d+|.*\d.*|.*%[0-9A-F]{2}.*)$", re.ASCII)
LINK_ATTRIBUTES = {"a": "href", "link": "href", "img": "src", "script": "src", "use": "href", "iframe": "src", "source": "src"}
RAW = {"script", "style"}  # their content is not HTML
TAG = re.compile(
    rf"""<!--.*?-->|<(?P<end>/?)(?P<name>{"|".join([*LINK_ATTRIBUTES, "form", "input", "style"])})(?=[\s/>])"""
    r"""(?P<attributes>(?:[^>"']++|"[^"]*+"|'[^']*+')*+)>""",
    re.IGNORECASE | re.DOTALL,
)
ATTRIBUTE = re.compile(r"""([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
ENCODED = "/%?=&+:;,@!$'()*~[]-._"  # characters of URLs left unchanged; others, such as Chinese, are percent-encoded
STATIC = "/static/"
LEAVE = re.compile(r"/log-?out\b|/sign-?out\b")


@dataclass(frozen=True)
class Failure:
    """A page that returned an error, and the page that links to it."""

    seat: str
    status: int
    url: str
    source: str

    def __str__(self) -> str:
        return f"{self.seat}: {self.status} {self.url} (linked from {self.source})"


@dataclass
class Form:
    """One form of a page: action and fields."""

    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    has_password: bool = False


class Page:
    """Links and forms of an HTML page, found by its tags only.

    ``HTMLParser`` needs 2.2 ms of processor time for a page of the demo (13 KB), this class 0.4 ms, with the same result.
    """

    def __init__(self, text: str) -> None:
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._open: Form | None = None
        at = 0
        while found := TAG.search(text, at):
            at = found.end()
            name = found["name"]
            if name is None:  # a comment
                continue
            name = name.lower()
            if found["end"]:
                self._open = None if name == "form" else self._open
            elif name in RAW:
                at = text.find(f"</{name}", at)
                self._take(name, found["attributes"])
                if at < 0:
                    return
            else:
                self._take(name, found["attributes"])

    def _take(self, tag: str, attributes: str) -> None:
        """Collect links and forms of a tag."""
        given = {name.lower(): html.unescape(double or single or bare) for name, double, single, bare in ATTRIBUTE.findall(attributes)}
        if link := given.get(LINK_ATTRIBUTES.get(tag, ""), ""):
            self.links.append(link)
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif tag == "input" and self._open is not None and given.get("name"):
            self._open.fields[given["name"]] = given.get("value", "")
            self._open.has_password |= given.get("type") == "password"


class Visitor:
    """One browser session without JavaScript."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/") + "/"
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), urllib.request.ProxyHandler({}))

    def open(self, url: str, data: dict[str, str] | None = None, referer: str = "") -> tuple[int, str, str, str]:
        """Fetch; returns status (0 if there was no answer), final URL, content type and text (HTML only)."""
        body = urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(url, data=body, headers={"Referer": referer} if referer else {})  # noqa: S310 -- same-site http
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return self._read(answer.status, answer.url, answer)
        except urllib.error.HTTPError as error:
            with error:
                return self._read(error.code, error.url, error)
        except (OSError, http.client.HTTPException) as error:
            return 0, url, "", str(error)

    @staticmethod
    def _read(status: int, url: str, answer: http.client.HTTPResponse | urllib.error.HTTPError) -> tuple[int, str, str, str]:
        kind = answer.headers.get_content_type()
        content = answer.read()
        return status, url, kind, content.decode("utf-8", errors="replace") if kind == "text/html" else ""

    def log_in(self, username: str, password: str, path: str = LOGIN) -> str:
        """Log in through the page's own form; returns the landing page's URL. Raises ``RuntimeError`` if it fails."""
        status, url, _kind, text = self.open(urljoin(self.base, path))
        forms = [form for form in Page(text).forms if form.has_password]
        if status != http.HTTPStatus.OK or not forms:
            msg = f"{status} {url}: no login form"
            raise RuntimeError(msg)
        form = forms[0]
        form.fields |= {"username": username, "password": password}
        status, landed, _kind, text = self.open(urljoin(url, form.action), form.fields, referer=url)
        if status >= ERROR or status == 0 or any(found.has_password and "username" in found.fields for found in Page(text).forms):
            msg = f"{status} {landed}: {username} cannot log in"
            raise RuntimeError(msg)
        return landed


def shape(url: str) -> str:
    """Pattern of a URL: parts with digits and query values are ignored (``/cases/7/?page=2`` → ``/cases/*/?page``).

    Pages of the guide also share one pattern, because another test checks their links.
    """
    parts = urlsplit(url)
    path = GUIDE_PAGE.sub("/guide/*", "/".join("*" if VARIABLE.match(part) else part for part in parts.path.split("/")))
    names = sorted({name for name, _value in parse_qsl(parts.query, keep_blank_values=True)})
    return path + ("?" + "&".join(names) if names else "")


def same_site(base: str, source: str, link: str) -> str | None:
    """Absolute URL without fragment, encoded as by a browser, if ``link`` stays on the site and may be followed; otherwise None."""
    return _same_site(base, base if link.startswith("/") else source, link)


@lru_cache(maxsize=100_000)  # menu and icons are on every page
def _same_site(base: str, source: str, link: str) -> str | None:
    url = urlsplit(urljoin(source, link.strip()))
    if url.scheme not in {"http", "https"} or url.netloc != urlsplit(base).netloc or LEAVE.search(url.path):
        return None
    path, query = quote(url.path, safe=ENCODED), quote(url.query, safe=ENCODED)
    return urlunsplit((url.scheme, url.netloc, path, query, ""))


def crawl(
    visitor: Visitor, seat: str, starts: list[str], limit: int | None = None, *, fetched: set[str] | None = None
) -> tuple[int, list[Failure]]:
    """Follow links from ``starts``, breadth first, to ``limit`` pages at most; returns the number of pages read, and the failures.

    Static files in ``fetched`` are skipped, others are added to it, because they are the same for everybody.
    """
    fetched = set() if fetched is None else fetched
    waiting = deque((urljoin(visitor.base, start), "(start)") for start in starts)
    seen = {url for url, _source in waiting}
    counted: Counter[str] = Counter()
    failures: list[Failure] = []
    count = 0
    while waiting and (limit is None or count < limit):
        url, source = waiting.popleft()
        kind = shape(url)
        if url in fetched or counted[kind] >= PAGES_PER_SHAPE:
            continue
        if urlsplit(url).path.startswith(STATIC):
            fetched.add(url)
        counted[kind] += 1
        count += 1
        status, final, _kind, text = visitor.open(url, referer=source if source != "(start)" else "")
        if status == 0 or status >= ERROR:
            failures.append(Failure(seat, status, url, source))
            continue
        for link in Page(text).links if text else []:
            target = same_site(visitor.base, final, link)
            if target is not None and target not in seen:
                seen.add(target)
                waiting.append((target, final))
    return count, failures


def crawl_seat(
    base: str, account: dict[str, str], limit: int | None = None, *, fetched: set[str] | None = None
) -> tuple[int, list[Failure]]:
    """Log in with one account and follow the visible links."""
    visitor = Visitor(base)
    try:
        landed = visitor.log_in(account["username"], account["password"])
    except RuntimeError as error:
        return 0, [Failure(account["seat"], 0, str(error), LOGIN)]
    return crawl(visitor, account["seat"], [landed, "/"], limit, fetched=fetched)


def crawl_all(base: str, accounts: list[dict[str, str]], limit: int | None = None) -> list[Failure]:
    """Crawl the public pages and every seat, a few in parallel, printing one line for each in order; returns all failures.

    With ``limit`` each seat reads so many pages closest to its first one; each static file is read only once.
    """
    failures: list[Failure] = []
    fetched: set[str] = set()
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        begun = [(PUBLIC, pool.submit(crawl, Visitor(base), PUBLIC, ["/"], limit, fetched=fetched))]
        for account in accounts:
            crawling = pool.submit(crawl_seat, base, account, limit, fetched=fetched)
            begun.append((account["seat"], crawling))
        for seat, crawled in begun:
            count, found = crawled.result()
            print(f"crawl {seat}: {count} pages, {len(found)} failures", flush=True)
            failures += found
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # on an interrupt, do not start the remaining seats
    return failures


def main() -> int:
    """Exit code 1 if any page failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("accounts", type=Path)
    options = parser.parse_args()
    failures = crawl_all(options.base, json.loads(options.accounts.read_text(encoding="utf-8")))
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
