"""Addresses of the portal's routes, filled with what the database has."""

from collections import defaultdict
from itertools import islice
from urllib.parse import quote

from tests.portal.routes import FILLERS

NOTHING = {"int": 999_999_999, "str": "no-such-thing", "slug": "no-such-thing", "uuid": "00000000-0000-4000-8000-000000000001"}
SEARCHED = 40


class Addresses:
    """Ways to fill the variable parts of routes; ``hollow`` says of each route asked for whether the database had nothing for it."""

    def __init__(self):
        self.kept, self.hollow = {}, {}

    def values(self, path, given):
        """Values of one part of an address."""
        key = (path, tuple(given.items()))
        if key not in self.kept:
            self.kept[key] = list(FILLERS[path].values(given))
        return self.kept[key]

    def fill(self, parts, given, seat):
        """Ways to fill the parts, each with whether something in it is out of sight: one in sight, one out of it."""
        if not parts:
            yield dict(given), False
            return
        (name, path), rest = parts[0], parts[1:]
        groups = defaultdict(list)
        for value in self.values(path, given):
            groups[seat.sees(FILLERS[path], value)].append(value)
        for in_sight, group in groups.items():
            for value in islice(group, SEARCHED):
                ways = list(self.fill(rest, {**given, name: value}, seat))
                yield from ((way, hidden or in_sight is False) for way, hidden in ways)
                if ways:
                    break

    def of(self, route, seat):
        """Addresses of a route for somebody; one of nothing where the database has nothing to fill it with."""
        ways = list(self.fill(route.parts, {}, seat))
        if ways:
            self.hollow[route.name] = False
            return [(build(route, way), hidden) for way, hidden in ways]
        self.hollow.setdefault(route.name, True)
        return [(build(route, {name: NOTHING[route.kinds[name]] for name, _ in route.parts}), False)]


def build(route, given):
    """The address itself."""
    path = route.path
    for name, value in given.items():
        path = path.replace(f"<{name}>", quote(str(value), safe=""))
    return f"/{path}"
