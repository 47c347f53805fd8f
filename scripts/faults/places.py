"""Which files hold product code and templates, and to which part of the portal a module belongs."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "greendistrict",
    "indicators",
    "districts",
    "assessments",
    "approvals",
    "carbon",
    "operation",
    "outreach",
    "beautiful",
    "obligations",
    "reports",
    "portal",
    "tools",
)
TEMPLATES = "templates"
TEMPLATE_KINDS = {".html", ".txt", ".xml"}
PARTS = ("services", "guards", "selectors", "views", "other code", "templates")
# Programs that tests start in processes of their own, where nothing is recorded.
UNRECORDED = ("tools/", "greendistrict/settings/", "greendistrict/embedded.py", "greendistrict/collector.py")


def modules() -> Iterator[Path]:
    """Modules of product code, without migrations."""
    for package in PACKAGES:
        yield from sorted(path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def templates() -> Iterator[Path]:
    """Templates of pages, mails and feeds."""
    yield from sorted(path for path in (ROOT / TEMPLATES).rglob("*") if path.suffix in TEMPLATE_KINDS)


def shown(path: Path) -> str:
    """Path of a file in the checkout."""
    return path.relative_to(ROOT).as_posix()


def sources() -> dict[str, str]:
    """Text of every module and template by its path in the checkout."""
    return {shown(path): path.read_text(encoding="utf-8") for path in (*modules(), *templates())}


def digests() -> dict[str, str]:
    """Digest of every test module by its path in the checkout."""
    return {shown(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((ROOT / "tests").rglob("test_*.py"))}


def part_of(path: str) -> str:
    """Part of the portal that a file belongs to, one of ``PARTS``."""
    if path.startswith(f"{TEMPLATES}/"):
        return "templates"
    names = path.removesuffix(".py").split("/")
    return next((part for part in PARTS if part in names), "other code")
