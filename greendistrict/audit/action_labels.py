"""Display text of recorded actions: acts that features declare, and steps of state machines."""

from collections.abc import Mapping

from greendistrict.core.features import acts
from greendistrict.core.registry import Registry

_described: Registry[Mapping[str, str]] = Registry("words of recorded actions", entry="Chinese words for recorded actions")


def register(subject: str, words: Mapping[str, str]) -> None:
    """Register labels of actions declared elsewhere, such as workflow steps; each key begins with ``subject`` and a dot."""
    _described.register(subject, words)


def label_of(action: str) -> str:
    """Label of a recorded action; an unknown action is returned as it is."""
    act = acts().get(action)
    return act.words if act else _described.by_key.get(action.partition(".")[0], {}).get(action, action)


def actions_like(text: str) -> list[str]:
    """Recorded actions whose label contains ``text``."""
    known = {action: label for words in _described for action, label in words.items()}
    known |= {code: act.words for code, act in acts().items()}
    return [action for action, label in known.items() if text in label]
