"""Registries of what an app above states about the operation of a district in a year; read by reports and evaluations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from districts.file.models.district import District
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class OperationFigure:
    """A kind of figure: its name on the page, the clause it belongs to, and the sentence that states it of a district and year.

    ``sections`` are keys of the operation report in which it is offered, ``aspects`` those of the post-evaluation. ``says`` returns a
    sentence without its full stop, empty where there is nothing to state.
    """

    key: str
    label: str
    cite: str
    sections: frozenset[str]
    aspects: frozenset[str]
    says: Callable[[District, int], str]


@dataclass(frozen=True)
class RecordedMechanism:
    """What is on record of a mechanism of 七（三）1: its standing (a key of ``mechanism.STANDINGS``) and the words about it."""

    standing: str
    words: str


# Written by ``wiring.py`` of operation; read by yearly reports, stage assessments and post-evaluations.
operation_figures: Registry[OperationFigure] = Registry("figures of the operation of a district")
mechanism_records: Registry[Callable[[District, int], Mapping[str, RecordedMechanism]]] = Registry("records of mechanisms of management")


def recorded_mechanisms(district: District, year: int) -> dict[str, RecordedMechanism]:
    """What is on record of each mechanism in a year."""
    found: dict[str, RecordedMechanism] = {}
    for source in mechanism_records:
        found |= source(district, year)
    return found


def stated_operation(district: District, year: int) -> list[tuple[OperationFigure, str]]:
    """Every kind of figure that has something to state of a district and year, with its sentence."""
    return [(one, said) for one in operation_figures if (said := one.says(district, year))]
