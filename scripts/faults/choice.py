"""Faults chosen at random: equal parts of services, guards, selectors, views, other code and templates, all kinds of fault alike."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.faults import code, pages
from scripts.faults.places import PARTS, ROOT, TEMPLATES, UNRECORDED, modules, part_of, shown, templates


@dataclass(frozen=True)
class Chosen:
    """A fault with a name that does not change when lines are added above it; ``site`` tells how to plant it."""

    part: str
    kind: str
    path: str
    line: int
    name: str
    site: code.Site | pages.Site = field(repr=False)

    @property
    def key(self) -> str:
        """Name in ``scripts/faults.yaml``."""
        return f"{self.path}: {self.name}"


def chosen(seed: int, count: int, only: Sequence[str] = ()) -> list[Chosen]:
    """``count`` different faults; ``only`` names files or folders that they are taken from."""
    at_random = random.Random(seed)  # noqa: S311 -- repeats with its seed
    pools: dict[str, dict[str, list[tuple[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for path in (*modules(), *templates()):
        name = shown(path)
        if not name.startswith(UNRECORDED) and (not only or name.startswith(tuple(only))):
            for site in _sites(name):
                pools[part_of(name)][site.kind].append((name, site))
    found: list[Chosen] = []
    parts = [part for part in PARTS if pools[part]]
    while len(found) < count and any(pools.values()):
        for part in parts:
            kinds = pools[part]
            if not kinds or len(found) == count:
                continue
            kind = at_random.choice(sorted(kinds))
            name, site = kinds[kind].pop(at_random.randrange(len(kinds[kind])))
            if not kinds[kind]:
                del kinds[kind]
            found.append(_named(part, name, site))
    return found


def _sites(path: str) -> Sequence[code.Site | pages.Site]:
    source = (ROOT / path).read_text(encoding="utf-8")
    return pages.sites(source, page=path.endswith(".html")) if path.startswith(f"{TEMPLATES}/") else code.sites(source)


def _named(part: str, path: str, site: code.Site | pages.Site) -> Chosen:
    source = (ROOT / path).read_text(encoding="utf-8")
    if isinstance(site, code.Site):
        return Chosen(part, site.kind, path, site.lines[0], code.planted(source, site.number, str(ROOT / path))[1], site)
    before = " ".join(source[site.start : site.end].split())
    around = " ".join(source[max(0, site.start - 60) : min(len(source), site.end + 30)].split())
    name = f"{site.kind}: `{before}` → `{site.instead}` in `{around}`"
    return Chosen(part, site.kind, path, source.count("\n", 0, site.start) + 1, name, site)
