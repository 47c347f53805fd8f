"""What a change alters in the printed pages: lifecycles (``manage.py print_lifecycle``) and registries.

``python -m scripts.printed [BASE]`` writes them to ``var/printed/`` and prints the difference from those of BASE: a commit, by default
``origin/main``, or the commit before where that is the one checked out. Uncommitted changes count. The code of BASE is unpacked into a
temporary folder and run by the Python of this checkout; no database is asked. Exits 1 if a page of this checkout cannot be printed; a
page that BASE does not print is said to be new.
"""

import difflib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "printed"
PAGES = {"lifecycle": ("manage.py", "print_lifecycle"), "registries": ("-m", "tests.architecture.registries")}
# The settings start embedded servers where no address is given.
NOWHERE = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
CONTEXT = 1  # unchanged lines around a change


class PrintError(Exception):
    """A page of this checkout cannot be printed; the message is what the program said."""


def git(*words: str) -> bytes:
    """Output of git in this checkout. Raises ``CalledProcessError`` where git refuses."""
    return subprocess.run(("git", *words), cwd=ROOT, check=True, capture_output=True).stdout


def base_of(named: str) -> str:
    """The commit to compare with, in full; empty where there is none. Raises ``CalledProcessError`` for a name that is no commit."""
    if named:
        return git("rev-parse", "--verify", f"{named}^{{commit}}").decode().strip()
    head = git("rev-parse", "HEAD").decode().strip()
    for name in ("origin/main", "HEAD~1"):
        found = subprocess.run(("git", "merge-base", "HEAD", name), cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        if found and found != head:
            return found
    return ""


def printed(folder: Path, words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run one of the programs with the code of a folder."""
    return subprocess.run((sys.executable, *words), cwd=folder, env={**os.environ, **NOWHERE}, capture_output=True, text=True, check=False)


def here() -> dict[str, str]:
    """Pages of this checkout, written to ``var/printed/`` as well. Raises ``PrintError``."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pages = {}
    for name, words in PAGES.items():
        done = printed(ROOT, words)
        if done.returncode or not done.stdout:
            raise PrintError(done.stderr[-3000:] or f"{' '.join(words)} prints nothing")
        (FOLDER / f"{name}.md").write_text(done.stdout, encoding="utf-8")
        pages[name] = done.stdout
    return pages


def there(commit: str) -> dict[str, str]:
    """Pages of a commit, empty where its code does not print one."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(("tar", "-x", "-C", folder), input=git("archive", commit), check=True)
        return {name: printed(Path(folder), words).stdout for name, words in PAGES.items()}


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Lines to print: for each page its changed lines, or that it is the same or new."""
    lines = []
    for name, text in after.items():
        if not before[name]:
            lines.append(f"{name}: new")
            continue
        changed = list(difflib.unified_diff(before[name].splitlines(), text.splitlines(), name, name, lineterm="", n=CONTEXT))
        lines += changed or [f"{name}: unchanged"]
    return lines


def main(words: list[str]) -> int:
    """Print the differences and return the exit code."""
    try:
        pages = here()
    except PrintError as error:
        print(error, file=sys.stderr)
        return 1
    print(*(f"{FOLDER.relative_to(ROOT) / name}.md: {text.count(chr(10))} lines" for name, text in pages.items()), sep="\n")
    commit = base_of(words[0] if words else "")
    if not commit:
        print("no earlier commit to compare with")
        return 0
    print(f"compared with {commit[:12]}", *differences(there(commit), pages), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main([word for word in sys.argv[1:] if word]))
