"""Texts that are kept of what the portal shows; ``make pages KEEP=1`` puts what is shown now into their places."""

import difflib
import fcntl
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.test import override_settings
from django.test.signals import template_rendered

from assessments.score_page.views import rendered_rows
from carbon.metering import views as metering
from districts.facts import baseline_ratios
from districts.lists.views import rows
from greendistrict.core import fragments
from greendistrict.core.templatetags import gd
from portal.frame import menu
from tests import caches

FOLDER = Path(__file__).parent / "kept"
TEMPLATES = Path(__file__).parents[2] / "templates"
OURS = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt", ".xml"}}
SHOWERS = "templates"  # the text that names for each template a text that shows it
SHOWN = 60  # lines of a difference
# Pieces of pages, and rows that never change, which the portal reads once and keeps; a text has its own, whatever was shown before it.
PIECES = (
    baseline_ratios._frozen_plots,
    metering._card,
    fragments._written,
    fragments._empty,
    gd._icon,
    gd._tag,
    gd._due,
    menu._written,
    menu._written_own,
    rows.empty_fields,
)
MORE_PIECES = (gd._bars, rendered_rows._written)
ADVICE = "if it is meant to look like that: make pages KEEP=1"


def check(name: str, show: Callable[[], str]) -> None:
    """Compare what is shown with the text kept as ``name``; the templates that the text is to show are rendered for it.

    Whatever other tests of the process have asked for, nothing is cached before it, and nobody has made a certificate of the demo.
    """
    caches.empty()
    for piece in PIECES:
        piece.cache_clear()
    for piece in MORE_PIECES:
        piece._held.clear()
    used: set[str] = set()

    def note(template, **_):
        used.add(template.name)

    template_rendered.connect(note)
    try:
        with tempfile.TemporaryDirectory() as empty, override_settings(SIGNING_DEMO_PATH=Path(empty) / "demo.p12"):
            fresh = show()
    finally:
        template_rendered.disconnect(note)
    used &= OURS  # others are Django's
    found = difference(name, fresh)
    assert not found, found
    if is_renewing():
        _keep_showers(name, used)
    missing = {template for template, text in showers().items() if text == name} - used
    assert not missing, f"{name} does not show {sorted(missing)} any more; {ADVICE}"


def is_renewing() -> bool:
    """Whether what is shown now is kept."""
    return bool(os.environ.get("GD_PAGES_KEEP"))


def difference(name: str, fresh: str) -> str:
    """What differs from the text kept as ``name``, as a short diff; empty if nothing does."""
    path = FOLDER / f"{name}.txt"
    if is_renewing():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fresh, encoding="utf-8")
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    if kept == fresh:
        return ""
    lines = list(difflib.unified_diff(kept.splitlines(), fresh.splitlines(), f"kept/{name}", "shown now", n=1, lineterm=""))
    more = [f"… {len(lines) - SHOWN} more lines"] if len(lines) > SHOWN else []
    return "\n".join([*lines[:SHOWN], *more, ADVICE])


def unasked(names: set[str]) -> list[str]:
    """Kept texts that nothing makes any more; they go when texts are renewed."""
    found = [path for path in FOLDER.rglob("*.txt") if path.relative_to(FOLDER).with_suffix("").as_posix() not in names]
    if is_renewing():
        for path in found:
            path.unlink()
        return []
    return sorted(path.relative_to(FOLDER).as_posix() for path in found)


def showers() -> dict[str, str]:
    """Kept text that shows a template, by the template."""
    path = FOLDER / f"{SHOWERS}.txt"
    return dict(line.split(" ") for line in path.read_text(encoding="utf-8").splitlines()) if path.exists() else {}


def _keep_showers(name: str, used: set[str]) -> None:
    """Name a text as what shows the templates that no other text does; one worker at a time, and whole for who reads meanwhile."""
    path = FOLDER / f"{SHOWERS}.txt"
    with Path(tempfile.gettempdir(), "gd-pages-kept.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = {template: text for template, text in showers().items() if text != name and (FOLDER / f"{text}.txt").exists()}
        lines = "".join(f"{template} {text}\n" for template, text in sorted((dict.fromkeys(used, name) | found).items()))
        fresh = path.with_suffix(".new")
        fresh.write_text(lines, encoding="utf-8")
        fresh.replace(path)
