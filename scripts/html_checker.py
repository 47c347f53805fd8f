"""Install the checker of the HTML standard (Nu, npm package ``vnu-jar``) into ``tests/html``, as its lock file there pins it."""

import json
import subprocess
import sys
from pathlib import Path

from scripts.vendor_assets import npm_programs

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "html"
PACKAGE = "node_modules/vnu-jar"
WORDS = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")  # its script would fetch a Java runtime


def is_current() -> bool:
    """Whether the locked version is installed."""
    installed = FOLDER / PACKAGE / "package.json"
    if not installed.is_file():
        return False
    locked = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"][PACKAGE]["version"]
    return bool(json.loads(installed.read_text(encoding="utf-8"))["version"] == locked)


def main() -> None:
    """Install where it is not current; exits with 1 where no npm can."""
    if not is_current() and not any(subprocess.run([npm, *WORDS], cwd=FOLDER, check=False).returncode == 0 for npm in npm_programs()):
        sys.exit("npm ci failed, its reason is above")


if __name__ == "__main__":
    main()
