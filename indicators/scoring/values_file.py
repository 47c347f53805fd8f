"""A values file for ``manage.py score``: YAML or JSON with ``values``, ``exclusions``, ``absent``."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from indicators.catalogue.reader import read
from indicators.scoring.refusals import ScoringRefused

PARTS = ("values", "exclusions", "absent")


@dataclass(frozen=True)
class ValuesFile:
    """Values by item id, and reasons for exclusions and declarations of absence by item id."""

    values: dict[str, Any]
    exclusions: dict[str, str]
    absent: dict[str, str]

    def unknown(self, known: Iterable[str]) -> list[str]:
        """Return the ids of values for which the edition has no item."""
        return sorted(set(self.values) - set(known))


def read_values(raw: bytes) -> ValuesFile:
    """Read a values file. Raises ``ScoringRefused`` with all errors in its structure."""
    data = _data(raw)
    if not isinstance(data, dict) or not set(data) <= set(PARTS):
        msg = "取值文件应为 {values: …, exclusions: …, absent: …}"
        raise ScoringRefused(msg)
    parts = {name: data.get(name) or {} for name in PARTS}
    for name, part in parts.items():
        if not isinstance(part, dict):
            msg = f"取值文件的 {name} 应以条文号为键"
            raise ScoringRefused(msg)
    _reasons(parts["exclusions"], "不参评")
    _reasons(parts["absent"], "不存在")
    return ValuesFile(**parts)


def _data(raw: bytes) -> Any:
    if raw.lstrip().startswith(b"{"):
        try:
            return json.loads(raw, object_pairs_hook=_once)
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
            pass  # a YAML flow mapping starts with the same character
    data, findings = read(raw)
    if findings.problems:
        raise ScoringRefused("；".join(str(problem) for problem in findings.problems))
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            msg = f"取值文件中 {key} 写了两次"
            raise ScoringRefused(msg)
        found[key] = value
    return found


def _reasons(declared: dict[str, Any], what: str) -> None:
    for name, reason in declared.items():
        if not isinstance(reason, str) or not reason.strip():
            msg = f"条文 {name} 声明{what}应写明理由"
            raise ScoringRefused(msg, item=name)
