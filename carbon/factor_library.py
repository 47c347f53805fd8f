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
    """Value of a factor valid from the year ``since``, with its source and certainty (原文: read in the source; 转引: quoted elsewhere)."""

    since: int
    factor: Factor
    source: str
    certainty: str
    published: dt.date | None = None
    decision: str = ""  # the city's decision, if it added the version


@dataclass(frozen=True)
class LibraryFactor:
    """An emission factor with all its versions, oldest first."""

    id: str
    name: str
    versions: tuple[FactorVersion, ...]

    def version(self, year: int | None = None) -> FactorVersion | None:
        """The newest version valid in ``year`` (the newest of all without a year); None before the first version."""
        versions = [version for version in self.versions if year is None or version.since <= year]
        return versions[-1] if versions else None

    def version_of(self, since: int) -> FactorVersion | None:
        """The version whose validity begins exactly in the year ``since``; None if there is none."""
        return next((version for version in self.versions if version.since == since), None)


@cache
def library() -> Mapping[str, LibraryFactor]:
    """Factors of the data file by ID. A factor whose value could not be sourced is left out."""
    return {
        row["id"]: LibraryFactor(row["id"], row["name"], tuple(_version(row["id"], version) for version in row["versions"]))
        for row in yaml_file.read(PATH)["factors"]
    }


def _version(key: str, row: Mapping[str, object]) -> FactorVersion:
    mass, per = factor_unit_of(str(row["unit"]))
    published, since = row.get("published"), int(str(row["since"]))
    return FactorVersion(
        since,
        Factor(Decimal(str(row["value"])), mass, per, key),
        str(row["source"]),
        str(row["certainty"]),
        published if isinstance(published, dt.date) else None,
    )
