"""Registry of the parts of a decision dossier: the stored records behind a decision, each as plain data.

Filled by ``approvals.wiring`` with the parts that casework reads across features. ``cases.services`` freezes the parts when a
case is decided, announced, corrected or numbered; the verification compares the frozen parts with the stored records.
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
    """One part of a dossier: stored key, label, function that reads it, and the steps at which it is frozen."""

    key: str
    label: str
    read: Callable[[Case], Part]
    steps: frozenset[DossierStep] = AT_DECISION


_parts: Registry[DossierPart] = Registry("parts of a dossier", entry="a part of what a decision stands on, and at which steps it is frozen")


def register_part(part: DossierPart) -> None:
    """Register a part. Raises ``ValueError`` for a key already in use."""
    _parts.register(part.key, part)


def dossier_parts() -> tuple[DossierPart, ...]:
    """All parts in the order of registration, which is their order on pages."""
    return tuple(_parts)


def parts_of(case: Case, step: DossierStep | None = None) -> dict[str, Part]:
    """Current content of the parts by key: those frozen at ``step``, or all without a step."""
    return {part.key: part.read(case) for part in dossier_parts() if step is None or step in part.steps}


def label_of(key: str) -> str:
    """Label of a part; an unknown key is returned as it is."""
    return _parts.by_key[key].label if key in _parts.by_key else key


def digest_of(content: Any) -> str:
    """SHA-256 over the canonical JSON of a part."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
