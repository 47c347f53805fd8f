"""Release the version of ``pyproject.toml``: date in the change log, small database under ``tests/upgrade/``, upgrade rehearsal, commit.

The costs of hot pages become those that later changes are compared with.

Starts only without uncommitted changes, and stops before the commit if the rehearsal fails; the written files then remain for inspection.
The tag is created by hand once the commit is on the main branch; the command for it is printed.
"""

import datetime as dt
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

from scripts import hot_pages

ROOT = Path(__file__).resolve().parent.parent
CHANGELOG = ROOT / "CHANGELOG.md"
REHEARSAL = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "slow or not slow", "tests/upgrade")


class ReleaseError(Exception):
    """The version cannot be released; the message says why."""


def marked(text: str, version: str, day: dt.date) -> str:
    """The change log with a section for the version and an empty [Unreleased] section. Raises ``ReleaseError``."""
    heading = re.compile(rf"^## \[{re.escape(version)}\].*$", re.MULTILINE)
    if len(heading.findall(text)) != 1:
        msg = f"CHANGELOG.md has no single section [{version}]"
        raise ReleaseError(msg)
    unreleased = re.search(r"^## \[Unreleased\]\n(.*?)(?=^## \[)", text, re.MULTILINE | re.DOTALL)
    if unreleased is None or unreleased[1].strip():
        msg = f"CHANGELOG.md: move what stands under [Unreleased] to [{version}] first"
        raise ReleaseError(msg)
    return heading.sub(f"## [{version}] - {day}", text)


def run(*words: str) -> str:
    """Run a program in the checkout and return its output. Raises ``ReleaseError`` if it fails."""
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        msg = f"{' '.join(words[:6])} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        raise ReleaseError(msg)
    return done.stdout


def mark(day: dt.date) -> str:
    """Release the version and return its number. Raises ``ReleaseError``."""
    version = str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    if run("git", "status", "--porcelain"):
        msg = "something is not committed"
        raise ReleaseError(msg)
    text = marked(CHANGELOG.read_text(encoding="utf-8"), version, day)
    run(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")
    CHANGELOG.write_text(text, encoding="utf-8")
    print(run(sys.executable, "-m", "tests.upgrade.write").strip(), flush=True)
    print(run(sys.executable, *REHEARSAL).strip().splitlines()[-1], flush=True)
    hot_pages.release(version, ROOT)
    run("git", "add", "CHANGELOG.md", "tests/upgrade", hot_pages.FILE)
    run("git", "commit", "-m", f"Mark version {version}: its day, and its database for the rehearsal of upgrades")
    return version


def main() -> int:
    """Exit code 1 if the version was not released."""
    try:
        version = mark(dt.date.fromisoformat(sys.argv[1]) if sys.argv[1:] else dt.datetime.now(ZoneInfo("Asia/Shanghai")).date())
    except (ReleaseError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"version {version} is marked; once the commit is on main: git tag -a v{version} -m 'Version {version}' main")
    return 0


if __name__ == "__main__":
    sys.exit(main())
