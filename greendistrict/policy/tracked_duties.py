"""Registries of the duties of a policy that are tracked as obligations, and of those with reminders."""

from greendistrict.core.registry import Registry
from greendistrict.policy.reminder_rungs import AS_GENERAL

UNTRACKED = "尚未列入到期事项"
_kinds: Registry[tuple[str, str]] = Registry("duties that are tracked")
_urged: Registry[tuple[str, str]] = Registry("kinds of duties with reminders")


def register(key: str, rule: str, label: str) -> None:
    """Register a kind of obligation under the rule it is based on; called when the apps are ready."""
    _kinds.register(key, (rule, label))


def words_of(rule: str) -> str:
    """Which kinds of obligations track a duty, or that none does, in words."""
    labels = [label for tracked, label in _kinds if tracked == rule]
    return f"由到期事项跟踪：{'、'.join(labels)}" if labels else UNTRACKED


def register_urged(key: str, label: str, ladder: str = AS_GENERAL) -> None:
    """Register a kind of obligation with reminders, so that its rungs and words may be decided apart; ``ladder`` is its default."""
    _urged.register(key, (label, ladder))


def urged() -> dict[str, str]:
    """Kinds of obligations with reminders: key and words."""
    return {key: label for key, (label, _) in _urged.by_key.items()}


def ladder_of(key: str) -> str:
    """Default ladder of a kind of obligation with reminders. Raises ``KeyError``."""
    return _urged.by_key[key][1]
