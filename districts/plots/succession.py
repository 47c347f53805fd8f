"""Which current plots represent a plot that was split or merged, in exact fractions, so that no share changes (pure).

A baseline keeps its plots as frozen. A plot split later is represented by its parts, each by its share of the area; a merged plot by the
whole it went into. It counts as acquired or built, with its frozen area, once everything that represents it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

Origins = Mapping[str, str]  # {"17": "2/5"}: the plot represents two fifths of plot 17
AREA_UNIT = Decimal("0.0001")  # hectares: areas are stored in whole square metres
FLOOR_UNIT = Decimal("0.01")  # square metres: precision of stored floor areas


class UnevenAreasError(ValueError):
    """The parts do not add up to the whole; ``off`` is the excess (negative if too small), ``most`` the tolerance for rounding."""

    def __init__(self, off: Decimal, most: Decimal) -> None:
        self.off, self.most = off, most
        super().__init__(f"{off} apart, {most} allowed")


def parts_of(plot: int, origins: Origins, areas: Sequence[Decimal]) -> list[dict[str, str]]:
    """Origins of each part of a plot split by area; the shares of all parts add up to those of the plot."""
    whole = sum(areas, Decimal(0))
    shares = [Fraction(area) / Fraction(whole) for area in areas]
    held = {**{key: Fraction(share) for key, share in origins.items()}, str(plot): Fraction(1)}
    return [{key: str(share * part) for key, share in held.items()} for part in shares]


def joined(plots: Mapping[int, Origins]) -> dict[str, str]:
    """Origins of a merged plot: it represents each of the plots fully, and whatever these represented."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for plot, origins in plots.items():
        found[str(plot)] += 1
        for key, share in origins.items():
            found[key] += Fraction(share)
    return {key: str(share) for key, share in found.items()}


def whole(origins: Iterable[Origins]) -> set[int]:
    """Earlier plots that these plots represent fully."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for origin in origins:
        for key, share in origin.items():
            found[key] += Fraction(share)
    return {int(key) for key, share in found.items() if share == 1}


def touched(origins: Iterable[Origins]) -> set[int]:
    """Earlier plots of which these represent any share."""
    return {int(key) for origin in origins for key in origin}


def balanced(whole: Decimal, parts: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Parts that add up to the whole exactly.

    Whole and parts are rounded to ``unit``. A difference explained by rounding (half a unit for each of them) is added to the largest part,
    so that the total does not change. A larger one raises ``UnevenAreasError``.
    """
    off = sum(parts, Decimal(0)) - whole
    most = (len(parts) + 1) // 2 * unit
    largest = max(range(len(parts)), key=lambda at: parts[at])
    if abs(off) > most or parts[largest] - off <= 0:
        raise UnevenAreasError(off, most)
    return [area - off if at == largest else area for at, area in enumerate(parts)]
