"""Edition files: reading with line numbers, all checks at once, the normal form. Pure: no database, no settings."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from indicators.catalogue.checks import check
from indicators.catalogue.normal_form import digest, normalise, raw_of, text_of
from indicators.catalogue.problems import Problem, ProblemCollector
from indicators.catalogue.reader import read

__all__ = ["EditionVerdict", "Parsed", "Problem", "judge", "parse", "raw_of", "text_of"]


class EditionVerdict(StrEnum):
    """Usability of a file: for scoring, for import only, or not at all."""

    CLEAN = "clean"
    INCOMPLETE = "incomplete"
    INVALID = "invalid"


@dataclass(frozen=True)
class Parsed:
    """A checked file. ``document`` and ``digest`` are empty if it is invalid."""

    verdict: EditionVerdict
    problems: list[Problem]
    notes: list[Problem]
    document: dict[str, Any]
    digest: str


def parse(raw: bytes | str, *, all_dimensions: bool = False) -> Parsed:
    """Read and check one edition file. Never raises on bad input: everything is in ``problems``, sorted by line."""
    data, findings = read(raw)
    if data is not None:
        return judge(data, findings, all_dimensions=all_dimensions)
    return Parsed(EditionVerdict.INVALID, sorted(set(findings.problems)), sorted(set(findings.notes)), {}, "")


def judge(data: Any, findings: ProblemCollector, *, all_dimensions: bool = False) -> Parsed:
    """Check data of any kind of file; ``findings`` holds positions and reading errors."""
    check(data, findings, all_dimensions=all_dimensions)
    problems = sorted(set(findings.problems))
    if any(problem.kind == "invalid" for problem in problems):
        verdict = EditionVerdict.INVALID
    else:
        verdict = EditionVerdict.INCOMPLETE if problems else EditionVerdict.CLEAN
    document = {} if verdict is EditionVerdict.INVALID else normalise(data)
    return Parsed(verdict, problems, sorted(set(findings.notes)), document, digest(document) if document else "")
