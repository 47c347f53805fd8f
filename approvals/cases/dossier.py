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
    """One part: its key in the stored dossier, its words, how it is read, and at which steps of the dossier it is frozen."""

    key: str
    label: str
    read: Callable[[Case], Part]
    steps: frozenset[DossierStep] = AT_DECISION


_parts: Registry[DossierPart] = Registry("parts of a dossier")


def register_part(part: DossierPart) -> None:
    """Make a part known. Raises ``ValueError`` for a key that another part has."""
    _parts.register(part.key, part)


def dossier_parts() -> tuple[DossierPart, ...]:
    """Every part in the order of registration, which is that of the pages."""
    return tuple(_parts)


def parts_of(case: Case, step: DossierStep | None = None) -> dict[str, Part]:
    """Parts as they are stored now, by key: those frozen at ``step``, without it all."""
    return {part.key: part.read(case) for part in dossier_parts() if step is None or step in part.steps}


def label_of(key: str) -> str:
    """Words of a part; of an unknown one its key."""
    return _parts.by_key[key].label if key in _parts.by_key else key


def digest_of(content: Any) -> str:
    """SHA-256 over the canonical JSON of a part."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
