"""A made-up tree of files, as a commit of them would be."""

import hashlib
from pathlib import Path

from scripts.reach.tree import Tree


def tree(files):
    keys = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in files.items()}
    return Tree(Path("unused"), keys, "made up", dict(files))
