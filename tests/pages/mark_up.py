"""Faults of mark-up that the words of a page do not show: what the HTML standard forbids and a reader's aid stumbles over."""

import re
from collections import Counter
from urllib.parse import unquote

from lxml.html import HtmlElement

REFERS = ("for", "list", "headers", "aria-describedby", "aria-labelledby", "aria-details", "aria-errormessage", "aria-owns")
CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?"
DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
TIME = re.compile(rf"\d{{4}}(-(0[1-9]|1[0-2]))?|{DAY}([T ]{CLOCK}(Z|[+-]\d\d:?\d\d)?)?|{CLOCK}|P\S+")
# What must not stand in what: a press would mean two things, or a reader's aid loses the list.
PRESSED = "self::a[@href] or self::button or self::select or self::textarea or self::input[not(@type='hidden')] or self::summary"
NESTED = (
    f"//a[@href]//*[{PRESSED}]", f"//button//*[{PRESSED}]", f"//summary//*[{PRESSED}][not(self::a)]", "//form//form", "//label//label",
    "//ul/*[not(self::li or self::script or self::template)]", "//ol/*[not(self::li or self::script or self::template)]",
    "//dl/*[not(self::dt or self::dd or self::div or self::script or self::template)]", "//tr/*[not(self::th or self::td)]",
)  # fmt: skip
FIRST_BYTES = 1024  # in which a browser looks for the encoding


def faults_of(page: str, tree: HtmlElement) -> list[str]:
    """Faults of a page or a piece of one; what a piece refers to may stand in the page around it."""
    found = [f"id {name} {number} times" for name, number in Counter(tree.xpath("//@id")).items() if number > 1]
    found += [f"time {element.get('datetime', element.text_content())}" for element in tree.iter("time") if not _is_time(element)]
    found += [f"select {element.get('name')} without an empty choice" for element in tree.iter("select") if not _may_be_empty(element)]
    found += [f"form with an empty action {element.get('id', '')}" for element in tree.iter("form") if element.get("action") == ""]
    found += [f"{element.tag} in {element.getparent().tag}" for path in NESTED for element in tree.xpath(path)]
    return found + (_of_a_document(page, tree) if "<html" in page else [])


def _of_a_document(page: str, tree: HtmlElement) -> list[str]:
    there = set(tree.xpath("//@id"))
    found = [
        f"{element.tag} {name} to nothing: {target}"
        for name in REFERS
        for element in tree.xpath(f"//*[@{name}]")
        for target in element.get(name).split()
        if target not in there
    ]
    places = (unquote(href[1:]) for href in tree.xpath("//a/@href") if href.startswith("#"))
    found += [f"a to nothing: #{place}" for place in places if place not in there]
    early = b"<meta charset" in page.encode()[:FIRST_BYTES]
    return found if early else [*found, "encoding after what it is needed for"]


def _is_time(element: HtmlElement) -> bool:
    return bool(TIME.fullmatch(element.get("datetime", element.text_content().strip())))


def _may_be_empty(element: HtmlElement) -> bool:
    """Whether a list from which one has to be chosen begins with a choice that is none."""
    if "required" not in element.attrib or "multiple" in element.attrib or int(element.get("size", 1)) > 1:
        return True
    first = element.find("option")
    return first is not None and first.get("value", first.text_content()) == ""
