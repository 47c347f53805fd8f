"""Walk of the demo's seats: what their menus open, and whether the link behind a figure opens as many rows as it says."""

import html
import re
from http import HTTPStatus
from urllib.parse import urljoin

from django.test import Client

from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.viewer import Viewer

MENU = re.compile(r'<nav class="gd-side.*?</nav>', re.DOTALL)
HREF = re.compile(r'<a[^>]*?href="([^"#]+)"')
LINK = re.compile(r'<a\b[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
BOARD = re.compile(r'href="(/districts/[\w-]+/plots/board/)"')
TAGS = re.compile(r"<[^>]+>")
METRIC = re.compile(r'<a href="([^"]+)" class="gd-metric[^"]*">.*?<span class="gd-metric-v">([\d,]+)<', re.DOTALL)
FIGURE = re.compile(r"^(?:\D{0,12}\s)?([\d,]+)\s*(?:条|个|件|项|家|人|份)?$")
TOTAL = re.compile(r'<summary><b>查询条</b><span class="gd-muted gd-s">共([\d,]+)条</span>')
DISTRICTS = 4


def number(text: str) -> int:
    return int(text.replace(",", ""))


def menu_of(client: Client) -> list[str]:
    """Addresses of a seat's menu."""
    found = MENU.search(client.get("/desk/").content.decode())
    return sorted({html.unescape(href) for href in HREF.findall(found[0]) if href.startswith("/")}) if found else []


def figures_of(page: str) -> list[tuple[int, str]]:
    """Figures in a band and links with a query whose words are a number, each with its address. Tabs of one page are no lists."""
    main = page.partition("<main")[2]
    found = [(number(value), html.unescape(href)) for href, value in METRIC.findall(main) if "tab=" not in href]
    for href, words in LINK.findall(main):
        match = FIGURE.match(" ".join(html.unescape(TAGS.sub(" ", words)).split()))
        if match and "?" in href and "page=" not in href and "tab=" not in href:
            found.append((number(match[1]), html.unescape(href)))
    return found


def walk(user) -> tuple[list[str], int]:
    """What is wrong in what one seat's menu opens and in its districts' pages, and how many figures were compared."""
    client = Client()
    client.force_login(user)
    codes = districts_visible_to(Viewer(user)).filter(is_demo=True).order_by("code").values_list("code", flat=True)
    waiting = [*menu_of(client), *(f"/districts/{code}/" for code in codes[:DISTRICTS])]
    wrong, compared = [], 0
    for path in waiting:  # grows by the plot boards that pages link to
        answer = client.get(path, follow=True)
        if answer.status_code != HTTPStatus.OK:
            wrong.append(f"{user.username}: {path} answers {answer.status_code}")
        elif not answer.streaming and "html" in answer.headers["Content-Type"]:
            page = answer.content.decode()
            waiting += sorted(set(BOARD.findall(page)) - set(waiting))
            for figure, href in figures_of(page):
                compared += 1
                rows = rows_behind(client, urljoin(path, href))
                if rows != figure:
                    wrong.append(f"{user.username}: {path} says {figure}, {href} opens {rows}")
    return wrong, compared


def rows_behind(client: Client, url: str) -> int | None:
    """How many rows the list at an address says it has; None where it says nothing."""
    answer = client.get(url, follow=True)
    match = TOTAL.search(answer.content.decode()) if answer.status_code == HTTPStatus.OK else None
    return number(match[1]) if match else None
