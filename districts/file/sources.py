"""Sources of real districts as readers are told of them: title, publisher, days; what is not known says so (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import yaml

from districts.file.reference import DATA
from greendistrict.core.days import day_in_words


@dataclass(frozen=True)
class ToldSource:
    """A source with its address (empty if it is no page), and what stands instead of the bare address."""

    href: str
    words: str


@cache
def known_pages() -> Mapping[str, Mapping[str, Any]]:
    """What is known of pages, by address."""
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load((DATA / "sources.yaml").read_text(encoding="utf-8"))
    return found


def told_source(source: str) -> ToldSource:
    """A source in words."""
    host = urlsplit(source).hostname
    if not host:
        return ToldSource("", source)
    known = known_pages().get(source, {})
    parts = [
        f"《{known['title']}》" if "title" in known else "标题未查明",
        known.get("publisher", "发布单位未查明"),
        f"{day_in_words(published)}发布" if (published := known.get("published")) else "发布日期未查明",
        f"{day_in_words(read)}查阅" if (read := known.get("read")) else "查阅日期没有记录",
    ]
    return ToldSource(source, f"{'，'.join(parts)}（{host}）")
