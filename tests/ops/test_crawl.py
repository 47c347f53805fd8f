"""The crawler against a small site that is broken in known places."""

import threading
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from scripts import crawl

LOGIN = '<form method="post" action=""><input name="csrf" value="1"><input name="username"><input type="password" name="password"></form>'
PAGES = {
    "/": '<a href="/open/">offen</a> <a href="https://elsewhere.example/">fort</a> <a href="mailto:a@b">Post</a>'
    '<a href="/out/logout/">aus</a>',
    "/open/": '<a href="?page=2#x">2</a> <img src="/broken.png"> <a href="file.pdf">PDF</a>',
    "/open/?page=2": "<a href='/desk/'>desk</a>",
    "/desk/": "".join(f'<a href="/cases/{number}/">x</a>' for number in range(30)),
    "/desk/private/": '<a href="/fails/">x</a>',
}


class Site(BaseHTTPRequestHandler):
    asked: list[str] = []

    def log_message(self, *_args):
        pass

    def answer(self, status, body, kind="text/html", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self):
        Site.asked.append(self.path)
        signed_in = "session=1" in self.headers.get("Cookie", "")
        if self.path == "/accounts/login/":
            self.answer(200, LOGIN)
        elif self.path == "/fails/":
            self.answer(500, "broken")
        elif self.path == "/desk/private/" and not signed_in:
            self.answer(404, "")
        elif self.path == "/open/file.pdf":
            self.answer(200, "%PDF", "application/pdf")
        elif self.path in PAGES or self.path.startswith("/cases/"):
            self.answer(200, PAGES.get(self.path, ""))
        else:
            self.answer(404, "")

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if form["password"] == ["right"] and form["csrf"] == ["1"]:
            self.answer(302, "", Set_Cookie="session=1; Path=/", Location="/desk/private/")
        else:
            self.answer(200, LOGIN)


@pytest.fixture
def site():
    Site.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_follows_links_of_the_site_and_names_page_and_source_of_a_failure(site):
    count, failures = crawl.crawl(crawl.Visitor(site), "public", ["/"])
    assert [str(failure) for failure in failures] == [f"public: 404 {site}broken.png (linked from {site}open/)"]
    assert "/open/file.pdf" in Site.asked
    assert "/out/logout/" not in Site.asked
    assert count == len(Site.asked)


def test_pages_of_one_shape_and_in_all_are_bounded(site):
    crawl.crawl(crawl.Visitor(site), "public", ["/desk/"])
    assert sum(path.startswith("/cases/") for path in Site.asked) == crawl.PAGES_PER_SHAPE
    Site.asked.clear()
    count, _failures = crawl.crawl(crawl.Visitor(site), "public", ["/desk/"], 3)
    assert count == len(Site.asked) == 3


def test_a_static_file_is_read_once_for_all_seats(site, monkeypatch):
    monkeypatch.setitem(PAGES, "/", '<link href="/static/style.css"> <script src="/static/gone.js"></script>')
    monkeypatch.setitem(PAGES, "/static/style.css", "")
    accounts = [{"seat": seat, "username": seat, "password": "right"} for seat in ("first", "second", "third")]
    failures = crawl.crawl_all(site, accounts)
    assert sorted(path for path in Site.asked if "static" in path) == ["/static/gone.js", "/static/style.css"]
    assert [failure.url for failure in failures if "static" in failure.url] == [f"{site}static/gone.js"]


def test_it_logs_in_through_the_form_and_finds_what_only_the_seat_sees(site):
    count, failures = crawl.crawl_seat(site, {"seat": "keeper", "username": "a", "password": "right"})
    assert count > 3
    assert f"keeper: 500 {site}fails/ (linked from {site}desk/private/)" in [str(failure) for failure in failures]


def test_a_login_that_fails_is_a_failure(site):
    (failure,) = crawl.crawl_all(site, [{"seat": "keeper", "username": "a", "password": "wrong"}])[-1:]
    assert "a cannot log in" in str(failure)


def test_a_dead_server_is_a_failure():
    _count, failures = crawl.crawl(crawl.Visitor("http://127.0.0.1:9/"), "public", ["/"])
    assert [failure.status for failure in failures] == [0]


def test_shapes():
    shapes = {
        "/cases/7/?page=2&q=x": "/cases/*/?page&q", "/cases/SQ-2026-0007/": "/cases/*/", "/people/list/": "/people/list/",
        "/districts/SH-PT-01/tab/": "/districts/*/tab/", "/guide/seat-expert/": "/guide/*", "/guide/?q=补正": "/guide/?q",
    }  # fmt: skip
    assert {url: crawl.shape(url) for url in shapes} == shapes


def test_seats_are_told_in_their_order_however_fast_each_is(site, capsys):
    accounts = [{"seat": seat, "username": seat, "password": "right"} for seat in ("slow", "quick", "third", "fourth")]
    failures = crawl.crawl_all(site, accounts)
    told = [line.split()[1].rstrip(":") for line in capsys.readouterr().out.splitlines()]
    assert told == ["(public)", "slow", "quick", "third", "fourth"]
    assert [failure.seat for failure in failures if failure.status == 500] == ["slow", "quick", "third", "fourth"]


class Reference(HTMLParser):
    """Links and named fields as the parser of the library finds them."""

    def __init__(self, text):
        super().__init__()
        self.links, self.fields = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in [crawl.LINK_ATTRIBUTES.get(tag)] if given.get(name)]
        self.fields += [(given["name"], given.get("value", ""))] if tag == "input" and given.get("name") else []


TRICKY = """<!DOCTYPE html><html><head><title>a &gt; b</title><link rel=stylesheet href=/static/a.css><LINK HREF="/static/b.css">
<script src="/static/a.js" defer></script><script>let text = '<a href="/no/">no</a>';</script><style>a > b { color: red }</style></head>
<body><!-- <a href="/no/">no</a> --><a title="more > less" href="/one/?a=1&amp;b=2">1</a><a
  class='x y'
  href = '/two/' data-x>2</a><abbr href="/no/">x</abbr><address>x</address><a>without</a><a href>empty</a><a href="">empty</a>
<svg><use href="/static/icons.svg#a"/></svg><img alt="a 'quoted' word" src="/three/"><iframe src=/four/></iframe>
<a href="/中文/?q=%20">4</a>
<form action="/five/"><input name=first value="&lt;1&gt;"><input type=checkbox name="second" checked><input value="nameless"></form>
<p>1 < 2 and 2 > 1</p><a href="/six/" href="/seven/">6</a><a href="/last/">"""


def test_a_page_is_read_as_the_parser_of_the_library_reads_it():
    page, reference = crawl.Page(TRICKY), Reference(TRICKY)
    assert page.links == reference.links
    assert {"/one/?a=1&b=2", "/two/", "/four/", "/last/", "/中文/?q=%20"} <= set(page.links)
    assert not {"/no/", ""} & set(page.links)
    assert [(form.action, form.method, list(form.fields.items())) for form in page.forms] == [("/five/", "get", reference.fields)]


def test_a_tag_that_does_not_end_ends_nothing_else():
    assert crawl.Page('<a href="/one/">1</a><a href="/two/').links == ["/one/"]
    assert crawl.Page("<script>" + "<a href='/no/'>" * 3).links == []
