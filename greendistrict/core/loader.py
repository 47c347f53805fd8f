"""Template loader that removes line breaks and the following indentation from pages.

Browsers show a line break between two Chinese words as a space, so pages (``.html``) are compiled without line breaks; a space needed at
the end of a line is written ``&#32;``. Tags may span several lines, their attributes stay separated. The contents of ``pre``,
``textarea``, ``script`` and ``style`` are kept, and so are mails and style sheets.
"""

import re

from django.template import Origin
from django.template.loaders import filesystem

SPACE = "&#32;"
TEMPLATE_TAG = r"\{%.*?%\}|\{\{.*?\}\}"
_QUOTED = rf""""(?>{TEMPLATE_TAG}|[^"])*+"|'(?>{TEMPLATE_TAG}|[^'])*+'"""
_COMMENT = r"\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|\{#.*?#\}|<!--.*?-->"
_TAG = rf"</?(?:[a-zA-Z]|{TEMPLATE_TAG})(?>{TEMPLATE_TAG}|{_QUOTED}|[^>])*+>"
_LINE = r"[ \t]*\n[ \t\n]*"  # not \s, because an ideographic space is part of the text
# Tokens of a page template in the order in which they are matched; everything between them is text.
PIECE = re.compile(
    rf"(?P<comment>{_COMMENT})|(?P<kept><(?P<name>pre|textarea|script|style)\b.*?</(?P=name)>)"
    rf"|(?P<template>{TEMPLATE_TAG})|(?P<tag>{_TAG})|(?P<line>{_LINE})",
    re.DOTALL,
)
_IN_KEPT = re.compile(rf"(?P<tag>\A{_TAG})|{TEMPLATE_TAG}", re.DOTALL)
_IN_TAG = re.compile(rf"(?P<quoted>{_QUOTED})|(?P<end>{_LINE}(?=/?>\Z))|(?P<line>{_LINE})|{TEMPLATE_TAG}", re.DOTALL)
_IN_VALUE = re.compile(rf"(?P<line>{_LINE})|{TEMPLATE_TAG}", re.DOTALL)
_BREAK = re.compile(_LINE)


def joined(source: str) -> str:
    """Template source on one line; ``&#32;`` becomes a space."""
    return PIECE.sub(_piece, source).replace(SPACE, " ")


def _piece(match: re.Match[str]) -> str:
    if match["line"]:
        return ""
    if match["tag"]:
        return _IN_TAG.sub(_in_tag, match[0])
    if match["template"]:
        return _BREAK.sub(" ", match[0])
    return _IN_KEPT.sub(_in_kept, match[0]) if match["kept"] else match[0]


def _in_kept(match: re.Match[str]) -> str:
    return _IN_TAG.sub(_in_tag, match[0]) if match["tag"] else _BREAK.sub(" ", match[0])


def _in_tag(match: re.Match[str]) -> str:
    """Replacement of a line break inside a tag: a space between attributes, nothing inside a value."""
    if match["end"]:
        return ""
    if match["quoted"]:
        return _IN_VALUE.sub(lambda part: "" if part["line"] else _BREAK.sub(" ", part[0]), match[0])
    return _BREAK.sub(" ", match[0])


class Loader(filesystem.Loader):
    """Loads the project's templates; pages without the line breaks of their source."""

    def get_contents(self, origin: Origin) -> str:
        """Source to compile. Raises ``TemplateDoesNotExist``."""
        source: str = super().get_contents(origin)
        return joined(source) if str(origin.name).endswith(".html") else source
