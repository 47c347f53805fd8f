"""Figures of the tasks by landing: ``counts.json``; a fresh run is told beside the last one that was kept."""

import json
import os
import subprocess
from pathlib import Path

FILE = Path(__file__).with_name("counts.json")
COLUMNS = {"clicks": "clicks", "keys": "keys", "signs": "signs typed", "fields": "fields opened", "pages": "pages", "minutes": "minutes"}


def kept() -> list[dict]:
    """Landings, the oldest first: ``{"landing": commit, "day": day, "tasks": {name: figures}}``."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else []


def lines_of(figures: dict) -> list[str]:
    """What was counted beside what was kept last."""
    before = kept()[-1] if kept() else {"landing": "nothing yet", "tasks": {}}
    lines = [f"Tasks: fresh, and at {before['landing']}"] if figures else []
    for name, now in figures.items():
        was = before["tasks"].get(name, {})
        words = {**COLUMNS, **{key: key for key in now if key not in COLUMNS}}
        lines += [name, *(f"  {words[key]:<18}{now[key]:>8}{was.get(key, '–'):>10}" for key in words)]
    return lines


def save(figures: dict) -> None:
    """With ``GD_TASKS_KEEP=1`` keep the figures under the commit that is checked out, in place of earlier ones of it."""
    if not figures or not os.environ.get("GD_TASKS_KEEP"):
        return
    said = subprocess.run(["git", "log", "-1", "--format=%h %cs"], capture_output=True, text=True, check=True, cwd=FILE.parent)
    landing, day = said.stdout.split()
    others = [one for one in kept() if one["landing"] != landing]
    before = next((one["tasks"] for one in kept() if one["landing"] == landing), {})
    others.append({"landing": landing, "day": day, "tasks": {**before, **figures}})
    FILE.write_text(json.dumps(others, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
