"""Files of the checkout or of a commit, and their contents."""

import hashlib
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def git(*words: str, root: Path = ROOT) -> str:
    """Output of a git command. Raises ``CalledProcessError``."""
    return subprocess.run(["git", "-c", "core.quotepath=off", *words], cwd=root, check=True, capture_output=True, text=True).stdout


@dataclass
class Tree:
    """Files by path, each with a key that changes with its content: the blob's name."""

    root: Path
    keys: dict[str, str]
    commit: str = ""  # empty for the checkout with what is not committed
    _texts: dict[str, str] = field(default_factory=dict)

    def text(self, path: str) -> str:
        """Content of a file; empty where it is not text."""
        if path not in self._texts:
            self.load([path])
        return self._texts[path]

    def load(self, paths: Iterable[str]) -> None:
        """Read many files at once: for a commit by one git process."""
        wanted = [path for path in paths if path not in self._texts]
        if not self.commit:
            self._texts |= {path: (self.root / path).read_bytes().decode(errors="replace") for path in wanted}
        elif wanted:
            blobs = _blobs(self.root, [self.keys[path] for path in wanted])
            self._texts |= dict(zip(wanted, blobs, strict=True))


def _blobs(root: Path, names: list[str]) -> list[str]:
    asked = subprocess.run(
        ["git", "cat-file", "--batch"], cwd=root, input="\n".join(names).encode() + b"\n", capture_output=True, check=True
    ).stdout
    found, place = [], 0
    for _ in names:
        end = asked.index(b"\n", place)
        size = int(asked[place:end].rsplit(b" ", 1)[1])
        found.append(asked[end + 1 : end + 1 + size].decode(errors="replace"))
        place = end + size + 2
    return found


def of_commit(commit: str, root: Path = ROOT) -> Tree:
    """Files of a commit."""
    lines = git("ls-tree", "-r", "-z", commit, root=root).split("\0")
    rows = [line.partition("\t") for line in lines if line]
    return Tree(root, {path: head.split()[2] for head, _, path in rows if head.split()[1] == "blob"}, commit)


def of_checkout(root: Path = ROOT) -> Tree:
    """Files of the checkout as they are now: those that git knows and those it would take."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", root=root).split("\0")
    tree = Tree(root, {})
    for path in sorted({path for path in listed if path}):
        file = root / path
        if file.is_file() and not file.is_symlink():
            content = file.read_bytes()
            tree.keys[path] = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    return tree


def changed_paths(base: str, root: Path = ROOT) -> list[str]:
    """Paths that differ between a commit and the checkout; what is not yet known to git among them."""
    differing = git("diff", "--name-only", "-z", "--no-renames", base, root=root).split("\0")
    new = git("ls-files", "-z", "--others", "--exclude-standard", root=root).split("\0")
    return sorted({path for path in [*differing, *new] if path})
