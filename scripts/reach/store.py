"""Facts of files, kept by the content they were read from, so that a run reads only what it has not seen."""

import hashlib
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from scripts.reach import python_facts, template_facts
from scripts.reach.python_facts import Facts, facts_of
from scripts.reach.template_facts import TemplateFacts
from scripts.reach.tree import Tree

Found = TypeVar("Found", Facts, TemplateFacts)
READERS = (python_facts, template_facts)


@dataclass
class Store:
    """Facts by the readers' version and the content's key; ``file`` may be away, then nothing is kept."""

    file: Path | None = None
    kept: dict[str, Facts | TemplateFacts] = field(default_factory=dict)
    new: bool = False

    def load(self) -> None:
        """Take over what an earlier run kept, if the readers are the same."""
        if self.file is not None and self.file.is_file():
            version, kept = pickle.loads(self.file.read_bytes())  # noqa: S301 -- written by this program
            self.kept = kept if version == _version() else {}

    def save(self, keep: set[str] | None = None) -> None:
        """Keep the facts, of all contents or of those with the given keys."""
        if self.file is not None and self.new:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            kept = {key: facts for key, facts in self.kept.items() if keep is None or key in keep}
            part = self.file.with_suffix(".part")
            part.write_bytes(pickle.dumps((_version(), kept)))
            part.replace(self.file)

    def python(self, tree: Tree) -> dict[str, Facts]:
        """Facts of the Python files by path; those that are none (syntax) are left out."""
        paths = [path for path in tree.keys if path.endswith(".py") and "/migrations/" not in path]
        return self._all(tree, paths, lambda path, text: facts_of(text, package_of(path)), package_of)

    def templates(self, tree: Tree) -> dict[str, TemplateFacts]:
        """Facts of the templates by their path below ``templates/``."""
        paths = [path for path in tree.keys if path.startswith("templates/")]
        found = self._all(tree, paths, lambda _, text: template_facts.template_facts(text), lambda _: "template")
        return {path.removeprefix("templates/"): facts for path, facts in found.items()}

    def _all(self, tree: Tree, paths: list[str], read: Callable[[str, str], Found], kind: Callable[[str], str]) -> dict[str, Found]:
        keys = {path: f"{kind(path)} {tree.keys[path]}" for path in paths}
        missing = [path for path in paths if keys[path] not in self.kept]
        tree.load(missing)
        found: dict[str, Found] = {}
        for path in missing:
            try:
                self.kept[keys[path]] = read(path, tree.text(path))
            except SyntaxError:
                continue
            self.new = True
        for path in paths:
            if keys[path] in self.kept:
                found[path] = self.kept[keys[path]]  # type: ignore[assignment]  # the kind stands in the key
        return found


def package_of(path: str) -> str:
    """Dotted name of a file's folder."""
    return path.rpartition("/")[0].replace("/", ".")


def module_of(path: str) -> str:
    """Dotted name of a Python file."""
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _version() -> str:
    sources = b"".join(Path(str(reader.__file__)).read_bytes() for reader in READERS)
    return hashlib.sha256(sources).hexdigest()
