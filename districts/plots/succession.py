"""Plots that were split or merged, and what stands for them: pure, in exact numbers, so that no share moves.

A baseline keeps the plots that were frozen. One that was split since is stood for by its parts, each by its share of the area; one that
was merged, by the whole it went into. It counts as got or built once everything that stands for it is, with its frozen area.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

Origins = Mapping[str, str]  # {"17": "2/5"}: the plot stands for two fifths of plot 17
AREA_UNIT = Decimal("0.0001")  # of a hectare: what the list keeps of a plot's area, a square metre
FLOOR_UNIT = Decimal("0.01")  # of a square metre: what it keeps of the floor area


class UnevenAreasError(ValueError):
    """Parts that do not make up their whole; ``off`` is how much they are more than it, ``most`` what rounding explains."""

    def __init__(self, off: Decimal, most: Decimal) -> None:
        self.off, self.most = off, most
        super().__init__(f"{off} apart, {most} allowed")


def parts_of(plot: int, origins: Origins, areas: Sequence[Decimal]) -> list[dict[str, str]]:
    """Origins of each part of a plot that is split by area; over all parts every share adds up to what it was."""
    whole = sum(areas, Decimal(0))
    shares = [Fraction(area) / Fraction(whole) for area in areas]
    held = {**{key: Fraction(share) for key, share in origins.items()}, str(plot): Fraction(1)}
    return [{key: str(share * part) for key, share in held.items()} for part in shares]


def joined(plots: Mapping[int, Origins]) -> dict[str, str]:
    """Origins of the plot that several are merged into: it stands for each of them wholly, and for whatever they stood for."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for plot, origins in plots.items():
        found[str(plot)] += 1
        for key, share in origins.items():
            found[key] += Fraction(share)
    return {key: str(share) for key, share in found.items()}


def whole(origins: Iterable[Origins]) -> set[int]:
    """Earlier plots for which these stand wholly."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for one in origins:
        for key, share in one.items():
            found[key] += Fraction(share)
    return {int(key) for key, share in found.items() if share == 1}


def touched(origins: Iterable[Origins]) -> set[int]:
    """Earlier plots for any share of which these stand."""
    return {int(key) for one in origins for key in one}


def balanced(whole: Decimal, parts: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Parts that add up to the whole exactly.

    The whole and each part are rounded to ``unit``, each by at most half of it: what that explains, half a unit for each of them, goes
    to the largest part, so that no total moves. Anything more is another area and raises ``UnevenAreasError``.
    """
    off = sum(parts, Decimal(0)) - whole
    most = (len(parts) + 1) // 2 * unit
    largest = max(range(len(parts)), key=lambda at: parts[at])
    if abs(off) > most or parts[largest] - off <= 0:
        raise UnevenAreasError(off, most)
    return [area - off if at == largest else area for at, area in enumerate(parts)]
