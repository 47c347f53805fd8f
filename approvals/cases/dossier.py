"""Registry of the parts of a decision dossier: the stored records behind a decision, each as plain data.

Written by ``approvals.wiring`` with the parts that casework reads over all features. Read by ``cases.services.decisions``, which freezes
them when a case is decided, announced, corrected or numbered, and by the verification, which compares the frozen with the stored.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from approvals.cases.models.cases import Case
from approvals.common.enums import DossierStep
from greendistrict.core.registry import Registry

Part = dict[str, Any]
AT_DECISION = frozenset({DossierStep.DECISION})


@dataclass(frozen=True)
class DossierPart:
    """One part of a dossier: its stored key, words, reader, and the steps at which it is frozen."""

    key: str
    label: str
    read: Callable[[Case], Part]
    steps: frozenset[DossierStep] = AT_DECISION


_parts: Registry[DossierPart] = Registry("parts of a dossier")


def register_part(part: DossierPart) -> None:
    """Register a part. Raises ``ValueError`` for a key that is taken."""
    _parts.register(part.key, part)


def dossier_parts() -> tuple[DossierPart, ...]:
    """Every part in the order of registration, which is the order on pages."""
    return tuple(_parts)


def parts_of(case: Case, step: DossierStep | None = None) -> dict[str, Part]:
    """Current content of the parts by key: those frozen at ``step``, or all."""
    return {part.key: part.read(case) for part in dossier_parts() if step is None or step in part.steps}


def label_of(key: str) -> str:
    """Words of a part; its key when it is unknown."""
    return _parts.by_key[key].label if key in _parts.by_key else key


def digest_of(content: Any) -> str:
    """SHA-256 over the canonical JSON of a part."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
