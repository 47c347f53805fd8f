"""Registries of policy duties that are tracked as obligations, and of kinds of obligations with reminders."""

from greendistrict.core.registry import Registry
from greendistrict.policy.reminder_rungs import AS_GENERAL

UNTRACKED = "尚未列入到期事项"
_kinds: Registry[tuple[str, str]] = Registry("duties that are tracked", entry="under which rule of the policy a kind of duty is tracked")
_urged: Registry[tuple[str, str]] = Registry(
    "kinds of duties with reminders", entry="a kind of duty with reminders: its rungs and words may be decided apart"
)


def register(key: str, rule: str, label: str) -> None:
    """Register a kind of obligation with the rule it is based on; called when the apps are ready."""
    _kinds.register(key, (rule, label))


def words_of(rule: str) -> str:
    """Which kinds of obligations track the duty of a rule, in words, or that none does."""
    labels = [label for tracked, label in _kinds if tracked == rule]
    return f"由到期事项跟踪：{'、'.join(labels)}" if labels else UNTRACKED


def register_urged(key: str, label: str, ladder: str = AS_GENERAL) -> None:
    """Register a kind of obligation with reminders, so that its schedule and texts can be set separately; ``ladder``: default schedule."""
    _urged.register(key, (label, ladder))


def urged() -> dict[str, str]:
    """Labels of kinds of obligations with reminders, by key."""
    return {key: label for key, (label, _) in _urged.by_key.items()}


def ladder_of(key: str) -> str:
    """Default schedule of a kind of obligation with reminders. Raises ``KeyError``."""
    return _urged.by_key[key][1]
