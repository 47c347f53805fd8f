"""What a page template mentions: other templates, tags and filters, static files, names after a point."""

import re
from dataclasses import dataclass

TAG = re.compile(r"\{%-?\s*(.*?)\s*-?%\}|\{\{\s*(.*?)\s*\}\}", re.DOTALL)
WORD = re.compile(r"[A-Za-z_]\w*")
QUOTED = re.compile(r"""["']([^"']+)["']""")
AFTER_POINT = re.compile(r"\.([A-Za-z_]\w*)")
FILTER = re.compile(r"\|\s*([A-Za-z_]\w*)")
IN_SCRIPT = re.compile(r"""(?:from|import)\s*\(?\s*["'](?:\./)?([\w./-]+\.m?js)["']""")
STATIC_FILE = re.compile(r"""["'(]/?(?:static/)?((?:js|css|img|vendor)/[\w./-]+\.\w+)["')]""")


@dataclass(frozen=True)
class TemplateFacts:
    """``texts`` are quoted strings in tags, ``words`` the names of tags and filters, ``attributes`` names after a point."""

    texts: frozenset[str]
    words: frozenset[str]
    attributes: frozenset[str]
    static: frozenset[str]


def template_facts(text: str) -> TemplateFacts:
    """Facts of a template's source."""
    texts: set[str] = set()
    words: set[str] = set()
    attributes: set[str] = set()
    for match in TAG.finditer(text):
        inside = match[1] or match[2] or ""
        texts.update(QUOTED.findall(inside))
        attributes.update(AFTER_POINT.findall(inside))
        words.update(FILTER.findall(inside))
        first = WORD.match(inside) if match[1] else None
        if first:
            words.add(first[0])
    static = set(STATIC_FILE.findall(text)) | {one for one in texts if re.match(r"(js|css|img|vendor)/", one)}
    return TemplateFacts(frozenset(texts), frozenset(words), frozenset(attributes), frozenset(static))


def script_imports(text: str) -> frozenset[str]:
    """Files beside a script that it imports."""
    return frozenset(name.rsplit("/", 1)[-1] for name in IN_SCRIPT.findall(text))
