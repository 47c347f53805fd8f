"""Pages that a test opens: by the name of their address or by the address itself."""

import re
from collections import defaultdict
from collections.abc import Iterator

from scripts.reach.graph import Graph, Node
from scripts.reach.names import Names, of_definition
from scripts.reach.python_facts import HOLE, Route

ROOT_URLS = "portal.root_urls"
SETTINGS = "greendistrict.settings."
ALL = "page:*"
URL_NAME = re.compile(r"[a-z_*]+:[\w*]+")
PLACE = re.compile(r"<[^>]*>")


class Pages:
    """Views by the names and addresses of their pages."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.routes = {module: facts.routes for module, facts in names.modules.items() if facts.routes and not module.startswith("tests.")}
        self._prefixes = self._roots()
        self._by_name: dict[str, list[Node]] = defaultdict(list)
        self._addresses: dict[int, list[tuple[list[str], Node]]] = defaultdict(list)
        for module, route in self._all():
            node = page_node(module, route)
            self._by_name[route.name].append(node)
            parts = _segments(self._prefix(module, route) + route.address)
            self._addresses[len(parts)].append((parts, node))

    def add_to(self, graph: Graph) -> None:
        """Say that a page needs its view and the list that gives it its address."""
        for module, route in self._all():
            node = page_node(module, route)
            graph.add(ALL, node)
            graph.add(node, f"routes:{module}")
            for answer in route.answers:
                graph.add(node, *self._answering(module, answer))

    def named(self, text: str) -> set[Node]:
        """Pages that a text or pattern names: ``app:name``."""
        if not URL_NAME.fullmatch(text):
            return set()
        space, _, name = text.partition(":")
        if HOLE not in name:
            nodes = self._by_name.get(name, [])
        elif HOLE in space:
            return set()
        else:
            shape = re.compile(re.escape(name).replace(re.escape(HOLE), r"\w+"))
            nodes = [node for known, found in self._by_name.items() if known and shape.fullmatch(known) for node in found]
        own = {node for node in nodes if space in node.split(":")[1].split(".")}
        return own or (set(nodes) if HOLE not in name else set())

    def at(self, address: str) -> set[Node]:
        """Pages that a text or pattern with a leading slash is the address of."""
        address = address.removeprefix(HOLE)  # the server before it
        if not address.startswith("/"):
            return set()
        parts = _segments(re.split(r"[?#]", address)[0].removeprefix("/"))
        if HOLE in parts[0]:
            return set()
        found = {node for route, node in self._addresses[len(parts)] if all(map(_fits, route, parts))}
        if parts[-1].endswith(HOLE):  # what is put in may hold more of the address
            longer = [one for length, routes in self._addresses.items() if length > len(parts) for one in routes]
            found |= {node for route, node in longer if all(map(_fits, route, parts[:-1]))}
        return found

    def _all(self) -> Iterator[tuple[str, Route]]:
        for module, routes in self.routes.items():
            for route in routes:
                if module != ROOT_URLS or route.name:
                    yield module, route

    def _answering(self, module: str, answer: str) -> set[Node]:
        head, _, rest = answer.partition(".")
        if head in self.names.defined[module]:
            return {of_definition(module, head)}
        bound = self.names.modules[module].imports.get(head)
        return self.names.resolved(f"{bound}.{rest}" if rest else bound) if bound else set()

    def _roots(self) -> dict[str, str]:
        """Beginning of the addresses of each namespace that the root list names."""
        return {answer: route.address for route in self.routes.get(ROOT_URLS, ()) for answer in route.answers}

    def _prefix(self, module: str, route: Route) -> str:
        return self._prefixes.get(route.space or app_of(module).rpartition(".")[2], "")


def app_of(module: str) -> str:
    """``districts``, of the kernel ``greendistrict.workflow``."""
    return ".".join(module.split(".")[: 2 if module.startswith("greendistrict.") else 1])


def page_node(module: str, route: Route) -> Node:
    """Node of a page."""
    return f"page:{module}:{route.name or route.address}"


def _segments(address: str) -> list[str]:
    return PLACE.sub(HOLE, address).split("/")


def _fits(route: str, part: str) -> bool:
    if HOLE in part or route == HOLE:
        return HOLE in part or bool(part)
    return route == part or (HOLE in route and bool(re.fullmatch(re.escape(route).replace(re.escape(HOLE), ".*"), part)))
