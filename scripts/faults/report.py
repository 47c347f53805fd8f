"""The report of planted faults: share of each part that was noticed, its lower bound, and every survivor."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from scripts.faults.choice import Chosen
from scripts.faults.places import PARTS, ROOT
from scripts.faults.trials import KILLED, SURVIVED, Outcome

NAMED = ROOT / "scripts/faults.yaml"
Z = 1.96
WANTED = {"code": 0.80, "templates": 0.65}


@dataclass(frozen=True)
class Result:
    """A fault and what became of it."""

    fault: Chosen
    outcome: Outcome

    def line(self) -> str:
        """One line about it."""
        said = self.outcome
        ran = f" {said.ran} of {said.of} tests" if said.of else ", no test executes it but by importing"
        by = f" by {said.test}" if said.test else ran
        return f"{said.verdict}{by}, {said.seconds:.1f} s: {self.fault.path}:{self.fault.line} {self.fault.kind}: {self.fault.name}"


def lower_bound(noticed: int, total: int) -> float:
    """Lower end of Wilson's 95 % interval of a share."""
    if not total:
        return 0.0
    share = noticed / total
    centre = share + Z * Z / (2 * total)
    half = Z * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    return (centre - half) / (1 + Z * Z / total)


def reported(results: Sequence[Result]) -> int:
    """Print the report; returns 1 if a bound is missed or a fault was not judged."""
    explained = _explained()
    counted = [one for one in results if one.outcome.verdict == KILLED or one.fault.key not in explained]
    for part in PARTS:
        _row(part, [one for one in counted if one.fault.part == part])
    both = {"code": [one for one in counted if one.fault.part != "templates"]}
    both["templates"] = [one for one in counted if one.fault.part == "templates"]
    reached = [_row(name, some) >= WANTED[name] for name, some in both.items() if some]
    for one in results:
        if one.outcome.verdict != KILLED:
            why = explained.get(one.fault.key)
            print(one.line() + (f"  EQUIVALENT: {why}" if why else ""))
    noticed = [one for one in results if one.outcome.verdict == KILLED]
    missed = [one for one in noticed if not one.outcome.checked]
    print(f"make check chooses a test that notices {len(noticed) - len(missed)} of these {len(noticed)}")
    for one in missed:
        print(f"NOT CHOSEN by make check: {one.line()}")
    times = sorted(one.outcome.seconds for one in results)
    print(f"processor time per fault: median {times[len(times) // 2]:.1f} s, most {times[-1]:.1f} s, in all {sum(times):.0f} s")
    return int(not all(reached) or any(one.outcome.verdict not in {KILLED, SURVIVED} for one in counted))


def _row(name: str, results: Collection[Result]) -> float:
    noticed = sum(one.outcome.verdict == KILLED for one in results)
    bound = lower_bound(noticed, len(results))
    print(f"{name:<12} {noticed:>4} of {len(results):>4} noticed, at least {bound:.0%} (95 %)")
    return bound


def _explained() -> dict[str, str]:
    """Reason by name of the faults that behave like the original."""
    said: dict[str, list[dict[str, Any]]] = yaml.safe_load(NAMED.read_text(encoding="utf-8")) or {}
    return {f"{path}: {one['fault']}": one["why"] for path, many in said.items() for one in many}
