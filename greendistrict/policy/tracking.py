"""Which duties of a policy are really tracked as obligations: told by whoever tracks them, so that no page promises what nobody does."""

UNTRACKED = "尚未列入到期事项"
_kinds: dict[str, dict[str, None]] = {}


def register(rule: str, label: str) -> None:
    """Name a kind of obligation under the rule that it stands on; called when the apps are ready."""
    _kinds.setdefault(rule, {})[label] = None


def words_of(rule: str) -> str:
    """What a page says of a duty: which kinds of obligations track it, or that none does."""
    return f"由到期事项跟踪：{'、'.join(_kinds[rule])}" if rule in _kinds else UNTRACKED
