"""Definitions, templates, files and pages as one graph, and what each test module reaches in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Node = str


@dataclass
class Graph:
    """What needs what.

    ``given`` are edges that hold where a test reaches one of a first set and one of a second: (first, second, what it reaches then).
    """

    edges: dict[Node, set[Node]] = field(default_factory=lambda: defaultdict(set))
    given: list[tuple[frozenset[Node], frozenset[Node], Node]] = field(default_factory=list)

    def add(self, source: Node, *targets: Node) -> None:
        """Say that ``source`` needs the targets."""
        self.edges[source].update(targets)

    def closed(self) -> "Closed":
        """The graph with everything that each node reaches."""
        return Closed(self)


class Closed:
    """Sets of nodes as numbers, one bit a node."""

    def __init__(self, graph: Graph) -> None:
        names = dict.fromkeys(graph.edges)
        for targets in graph.edges.values():
            names.update(dict.fromkeys(targets))
        self.bits = {name: number for number, name in enumerate(names)}
        below = [[self.bits[target] for target in graph.edges.get(name, ())] for name in names]
        self.below = _closures(below)
        self._given = [
            (self.mask(first), self.mask(second), self.bits[target]) for first, second, target in graph.given if target in self.bits
        ]

    def mask(self, nodes: Iterable[Node]) -> int:
        """The nodes as one number; those that nothing mentions are left out."""
        found = 0
        for node in nodes:
            if node in self.bits:
                found |= 1 << self.bits[node]
        return found

    def reached(self, nodes: Iterable[Node]) -> int:
        """All that the nodes reach, with the edges that hold together."""
        found = 0
        for node in nodes:
            if node in self.bits:
                found |= self.below[self.bits[node]]
        waiting = self._given
        while True:
            holding = [target for first, second, target in waiting if first & found and second & found]
            if not holding:
                return found
            waiting = [one for one in waiting if not (one[0] & found and one[1] & found)]
            for target in holding:
                found |= self.below[target]


def _closures(below: list[list[int]]) -> list[int]:
    """What each node reaches, itself included; nodes of a circle reach the same (Tarjan)."""
    found = [0] * len(below)
    for circle in _circles(below):
        reached = 0
        for node in circle:
            reached |= 1 << node
            for other in below[node]:
                reached |= found[other]
        for node in circle:
            found[node] = reached
    return found


def _circles(below: list[list[int]]) -> Iterator[list[int]]:
    """Strongly connected parts, what is reached before what reaches it."""
    count = len(below)
    order, lowest, on_stack = [0] * count, [0] * count, [False] * count
    stack: list[int] = []
    clock = 0
    for start in range(count):
        if order[start]:
            continue
        work = [(start, 0)]
        while work:
            node, place = work.pop()
            if place == 0:
                clock += 1
                order[node] = lowest[node] = clock
                stack.append(node)
                on_stack[node] = True
            for position in range(place, len(below[node])):
                other = below[node][position]
                if not order[other]:
                    work += [(node, position + 1), (other, 0)]
                    break
                if on_stack[other]:
                    lowest[node] = min(lowest[node], lowest[other])
            else:
                if lowest[node] == order[node]:
                    yield _popped(stack, on_stack, node)
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])


def _popped(stack: list[int], on_stack: list[bool], node: int) -> list[int]:
    found = []
    while True:
        found.append(stack.pop())
        on_stack[found[-1]] = False
        if found[-1] == node:
            return found
