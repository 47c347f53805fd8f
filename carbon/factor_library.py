"""Library of emission factors: data with versions, validity and sources (data/factors.yaml)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from carbon.inventory import Factor
from carbon.units import factor_unit_of
from greendistrict.policy import yaml_file

PATH = Path(__file__).parent / "data" / "factors.yaml"


@dataclass(frozen=True)
class FactorVersion:
    """A figure from one year on, with where it is published and how certain it is (原文: read there; 转引: quoted elsewhere)."""

    since: int
    factor: Factor
    source: str
    certainty: str
    published: dt.date | None = None


@dataclass(frozen=True)
class LibraryFactor:
    """A factor under one ID; versions from old to new."""

    id: str
    name: str
    versions: tuple[FactorVersion, ...]

    def version(self, year: int | None = None) -> FactorVersion | None:
        """The newest one that holds in the year, or of all without a year; none before the first."""
        held = [version for version in self.versions if year is None or version.since <= year]
        return held[-1] if held else None


@cache
def library() -> Mapping[str, LibraryFactor]:
    """Factors by ID. Figures that could not be sourced are not in it."""
    return {
        row["id"]: LibraryFactor(row["id"], row["name"], tuple(map(_version, row["versions"]))) for row in yaml_file.read(PATH)["factors"]
    }


def _version(row: Mapping[str, object]) -> FactorVersion:
    mass, per = factor_unit_of(str(row["unit"]))
    published = row.get("published")
    return FactorVersion(
        int(str(row["since"])),
        Factor(Decimal(str(row["value"])), mass, per),
        str(row["source"]),
        str(row["certainty"]),
        published if isinstance(published, dt.date) else None,
    )
