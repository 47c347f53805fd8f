"""Which tests a change can reach: ``make check`` (docs/adr/0020)."""

from scripts.reach.choosing import Choice, choice_between
from scripts.reach.store import Store
from scripts.reach.tree import ROOT, git, of_checkout, of_commit

KEPT = ROOT / "var" / "reach" / "facts.pickle"


def chosen(changed_paths: list[str], base: str = "HEAD") -> dict[str, list[str]]:
    """Test modules that the changes of these paths since a commit can reach, each with the reasons."""
    store = Store(KEPT)
    store.load()
    after = of_checkout()
    found = choice_between(of_commit(base), after, changed_paths, store)
    store.save()
    return found.reasons


def changed_lately(modules: list[str], days: int = 2) -> dict[str, list[str]]:
    """Why each test module has to be run: what it reaches that the commits of the last days changed; left out where nothing did.

    The days end with the day of the last commit. Where the history is too short to tell, every module has that reason.
    """
    last = int(git("log", "-1", "--format=%ct"))
    base = git("rev-list", "-1", "--first-parent", f"--before={last - days * 86400}", "HEAD").strip()
    if not base or git("rev-parse", "--is-shallow-repository").strip() == "true":
        return {module: ["the history is too short"] for module in modules}
    paths = git("diff", "--name-only", "-z", "--no-renames", base, "HEAD").split("\0")
    store = Store(KEPT)
    store.load()
    found = choice_between(of_commit(base), of_commit("HEAD"), [path for path in paths if path], store)
    store.save()
    return {module: found.reasons[module] for module in modules if module in found.reasons}


__all__ = ["Choice", "Store", "changed_lately", "choice_between", "chosen"]
