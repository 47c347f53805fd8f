"""A page as lines of text that a diff shows well: each element with its words and with the attributes that work or tell something.

Looks (classes, but for those of a state), tokens of one request and versions of static files are left out.
"""

import difflib
import re
import zlib
from collections.abc import Iterable, Sequence

from lxml import etree
from lxml.html import HtmlElement, document_fromstring, fragment_fromstring

from tests.pages.mark_up import faults_of

INLINE = {"a", "abbr", "b", "bdi", "br", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u"}
CELLS = {"td", "th"}
UNSEEN = {"class", "scope", "nonce", "integrity", "hx-headers", "xmlns", "crossorigin"}
BARE = {"div", "header", "tbody", "thead", "head", "g", "dl", "ul", "ol"}
STATES = re.compile(r"(?:is|btn|gd-tag|gd-saved|gd-due|gd-tone)-\S+|active|disabled")
TOKENS = {"csrfmiddlewaretoken"}
COUNTING = {"data-session-left"}  # seconds of the machine
VERSION = re.compile(r"(/static/\S+?)\.[0-9a-f]{8,}\.")
DIGEST = re.compile(r"\b[0-9a-f]{8}(?:[0-9a-f]{8})?\b")
OF_ALL = re.compile(r"关账.*校验值|文字、附表等其他内容")  # digests of a whole year: any change of any paper changes them
SPACE = re.compile(r"[ \t\n]+")
MOST_OTHER = 0.7  # share of a page that may be other than on an earlier one
LONGEST = 240  # of one attribute: a drawing is told by its checksum


def lines_of(page: str) -> list[str]:
    """The page's title and main part, or all of a piece of a page. Fails on faults of mark-up."""
    tree = _parsed(page)
    assert not (faults := faults_of(page, tree)), faults
    main = tree.find(".//main")
    title = tree.findtext(".//title") if main is not None else ""
    written = [f"title {title.strip()}"] if title else []
    _write(tree if main is None else main, written)
    return _told(written)


def whole_lines_of(page: str) -> list[str]:
    """Every element, those of the frame around the main part too."""
    written: list[str] = []
    _write(_parsed(page), written)
    return _told(written)


def _told(written: list[str]) -> list[str]:
    lines = (SPACE.sub(" ", line).strip() for line in written)
    told = (DIGEST.sub("…", line) if OF_ALL.search(line) else line for line in lines)
    return [line for line in told if line and line not in BARE]


def told(pages: Iterable[Sequence[str]]) -> str:
    """Several pages as one text, each with its head; after the first one what is other than on the page before that is most like it."""
    written, earlier = list[str](), list[tuple[str, list[str]]]()
    for head, *lines in pages:
        like = max(earlier, key=lambda one: len(set(one[1]).intersection(lines)), default=("", []))
        diff = difflib.unified_diff(like[1], lines, n=0, lineterm="")
        other = [line for line in diff if not line.startswith(("---", "+++", "@@"))]
        is_like = len(other) < MOST_OTHER * len(lines)
        written += [f"=== {head}", *([f"as {like[0]}", *other] if is_like else lines), ""]
        earlier.append((head, lines))
    return "\n".join(written)


def _parsed(page: str) -> HtmlElement:
    if page.lstrip()[:9].lower() == "<!doctype":
        return document_fromstring(page)
    # rows of a table that come alone lose their tags in any other element
    around = "table" if re.match(r"\s*<t[rdh]|\s*<tbody", page) else "div"
    return fragment_fromstring(page, create_parent=around)


def _write(element: HtmlElement, written: list[str]) -> None:
    if not isinstance(element.tag, str):  # a comment
        return _add(element.tail, written)
    told = _attributes(element)
    if element.tag in CELLS:
        _add(f" | {told}".rstrip(" ") + " ", written)
    elif element.tag not in INLINE:
        written.append(f"{element.tag} {told} ")
    elif told:
        _add(f" <{element.tag} {told}>", written)
    if element.tag not in {"script", "style"}:
        _add(element.text, written)
        for child in element:
            _write(child, written)
    else:
        _add(_shortened(element.text or ""), written)
    if element.tag not in INLINE | CELLS:
        written.append("")  # what follows is no part of it
    _add(element.tail, written)
    return None


def _add(text: str | None, written: list[str]) -> None:
    if text:
        written[-1:] = [(written[-1] if written else "") + text]


def _attributes(element: HtmlElement) -> str:
    found = []
    for name, value in sorted(element.attrib.items()):
        if name == "class":
            found += [f".{word}" for word in STATES.findall(value)]
        elif name not in UNSEEN and not (name == "value" and element.get("name") in TOKENS):
            text = VERSION.sub(r"\1.", value)
            is_seen = text and name not in COUNTING and not (name == "d" and _is_code(element))
            found.append(f"{name}={_shortened(text)}" if is_seen else name)
    return " ".join(found)


def _is_code(path: HtmlElement) -> bool:
    """Whether a path draws the code of a paper, in which keys of rows stand."""
    around = path.getparent()
    return around is not None and around.findtext("title") == "核验二维码"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{len(text)}~{zlib.crc32(text.encode()):x}"


def xml_lines(page: bytes) -> list[str]:
    """A feed, an element a line."""
    return etree.tostring(etree.fromstring(page), pretty_print=True, encoding="unicode").splitlines()
