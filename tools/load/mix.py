"""The mix of a load as written in ``mix.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MIX = Path(__file__).with_name("mix.toml")
WHOLE = 100
Shares = Mapping[str, int]


@dataclass(frozen=True)
class Mix:
    """Shares of people by seat and of the acts of each seat; mean time to think; reports a minute."""

    think_seconds: float
    reports_a_minute: float
    people: Shares
    acts: Mapping[str, Shares]

    def seats(self, total: int) -> dict[str, int]:
        """How many of ``total`` people sit where; each seat has somebody, and what rounding leaves over goes to the largest."""
        found = {seat: max(1, total * share // WHOLE) for seat, share in self.people.items()}
        largest = max(self.people, key=lambda seat: self.people[seat])
        found[largest] = max(1, found[largest] + total - sum(found.values()))
        return found


def read_mix(path: Path = MIX) -> Mix:
    """The mix of a file. Raises ``ValueError`` where shares do not add up to 100 or a seat has no acts."""
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    people, acts = written["people"], {seat: written[seat] for seat in written["people"]}
    for name, shares in (("people", people), *acts.items()):
        if sum(shares.values()) != WHOLE or min(shares.values()) <= 0:
            msg = f"{path.name}: shares of {name} are not above 0 or do not add up to {WHOLE}"
            raise ValueError(msg)
    return Mix(float(written["think_seconds"]), float(written["reports_a_minute"]), people, acts)
