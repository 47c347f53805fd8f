"""Split a long composition into runs of pages laid out one after another (docs/adr/0012)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reports.composition.blocks import Chart, PageBreak, Picture
from reports.composition.printed import Group, texts_in

MOST = 9_000  # of the measure below, some forty pages; at which memory stops to grow with a report
PICTURE, CELL, CHARACTER = 120, 3, 0.1


@dataclass(frozen=True)
class Run:
    """Groups of blocks that start on a new page; ``first`` is the number of their first block in the whole composition."""

    groups: tuple[Group, ...]
    first: int = 1


def runs_of(groups: Sequence[Group], most: float = MOST) -> list[Run]:
    """Runs of about ``most``, split only where a page begins anyway; a part without such a place stays whole."""
    runs: list[Run] = []
    taken: list[Group] = []
    size, first, number = 0.0, 1, 1
    for group in _pieces(groups):
        more = measure_of(group)
        if taken and size + more > most:
            runs.append(Run(tuple(taken), first))
            taken, size, first = [], 0.0, number
        taken.append(group)
        size += more
        number += len(group.blocks)
    return [*runs, Run(tuple(taken), first)] if taken else runs


def measure_of(group: Group) -> float:
    """Amount of layout work: cells, characters and pictures."""
    texts = [len(text) for block in group.blocks for text in texts_in(block)]
    return CELL * len(texts) + CHARACTER * sum(texts) + PICTURE * sum(isinstance(block, Chart | Picture) for block in group.blocks)


def _pieces(groups: Sequence[Group]) -> Iterator[Group]:
    """Groups split before each page break; landscape groups stay whole."""
    for group in groups:
        if group.wide:
            yield group
            continue
        starts = [0, *(at for at, block in enumerate(group.blocks) if at and isinstance(block, PageBreak)), len(group.blocks)]
        yield from (replace(group, blocks=group.blocks[start:end]) for start, end in pairwise(starts))
