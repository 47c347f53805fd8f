"""The demo's story as the slow tests begin with it: told once by ``make demo ONCE=1 STORY=1`` on a day of theirs, then copied.

What is kept are a database, which PostgreSQL copies as a template, and the files beside it, both under one name: ``gd_demo_`` and a digest
of the sources and of the day. Other sources have another digest; the tests tell the story themselves where nobody has.
"""

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
DAY = dt.date(2026, 11, 20)
BEGINS = f"{DAY.isoformat()}T10:00:00"  # content of the file that GD_CLOCK_FILE names
KIND = "gd_demo_"
KEPT_SECRETLY = 0o700  # passwords of the demo's accounts are among the files
# What the portal itself writes into its folder; logs and results of other commands lie beside it.
FILES = ("media", "mail", "anchors", "audit-archive", "demo-accounts.json", "receipt-key", "signing-demo.p12")
SOURCES = (
    "greendistrict",
    "indicators",
    "districts",
    "assessments",
    "approvals",
    "beautiful",
    "carbon",
    "operation",
    "outreach",
    "obligations",
    "reports",
    "portal",
    "tools",
    "templates",
    "requirements",
)


def sources_digest(*words: str) -> str:
    """Short digest of everything that a command of the portal reads: code, templates, data, versions of libraries; and of ``words``."""
    return digest_of((path for folder in SOURCES for path in (ROOT / folder).rglob("*") if path.is_file()), *words)


def digest_of(paths: Iterable[Path], *words: str) -> str:
    """Short digest of the files that are no libraries and nothing compiled, with their places, and of ``words``."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        if not {".venv", "__pycache__"} & set(path.parts):
            digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def keep(database_url: str, state: Path, var: Path) -> str:
    """Keep the database, to which nobody may be connected, and the files in ``var``; older ones go. Returns the name of what is kept."""
    name = f"{KIND}{sources_digest(BEGINS)}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        kept = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [KIND]).fetchall()
        for (old,) in kept:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(words.format(sql.Identifier(name), sql.Identifier(connection.info.dbname)))
    folder = state / "templates"
    folder.mkdir(mode=KEPT_SECRETLY, parents=True, exist_ok=True)
    for found in folder.glob(f"{KIND}*"):
        shutil.rmtree(found)
    (folder / name).mkdir()
    for path in (var / file for file in FILES):
        if path.is_dir():
            shutil.copytree(path, folder / name / path.name)
        elif path.exists():
            shutil.copy2(path, folder / name)
    return name
