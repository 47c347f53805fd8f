"""Which tests a change can reach: ``make check`` (docs/adr/0020)."""

from scripts.reach.choosing import Choice, choice_between
from scripts.reach.store import Store
from scripts.reach.tree import ROOT, of_checkout, of_commit

KEPT = ROOT / "var" / "reach" / "facts.pickle"


def chosen(changed_paths: list[str], base: str = "HEAD") -> dict[str, list[str]]:
    """Test modules that the changes of these paths since a commit can reach, each with the reasons."""
    store = Store(KEPT)
    store.load()
    after = of_checkout()
    found = choice_between(of_commit(base), after, changed_paths, store)
    store.save()
    return found.reasons


__all__ = ["Choice", "Store", "choice_between", "chosen"]
