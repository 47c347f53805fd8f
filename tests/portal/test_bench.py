"""The bench itself, and a figure that it only reports: the weight of a first visit."""

import gzip
import json
import os
import re
import subprocess
import sys
from http import HTTPStatus

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.processes import Portal
from tools.bench import keeping
from tools.bench.measuring import Effort, Timing, cost_of, row_of
from tools.bench.seeding import Seeded

FIRST_VISIT_KB = 100
LINKED = re.compile(r'(?:<link rel="stylesheet" href|<script src|<link rel="icon" href|<use href|<img[^>]* src)="/static/([^"#?]+)')


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """One tiny run with every path; its words and its file."""
    out = tmp_path_factory.mktemp("bench") / "bench.json"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}
    with Portal(out.parent / "portal", f"bench_template_{os.getpid()}") as portal:
        template = portal.migrate()
    words = [sys.executable, "manage.py", "bench", "--tiny", "--template", template, "--out", str(out)]
    done = subprocess.run(words, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout, json.loads(out.read_text())


@pytest.mark.slow
@pytest.mark.area("tools/bench", "tools/management/commands/bench.py")
def test_a_tiny_run_tells_every_path(tiny):
    said, found = tiny
    for name in (
        "list, 50 of",
        "search, ",
        "score page, a chapter",
        "score page, every row",
        "autosave",
        "whole chapter",
        "whole table",
        "list API",
        "review board",
        "review workspace",
        "one judgement",
        "login",
        "memory",
        "annual report PDF of a district",
        "city report PDF",
        "city report, peak memory",
        "1 worker / 2 workers",
        "city report DOCX",
        "zip of",
        "Excel",
        "city Excel",
        "district reports, memory",
        "work desk",
        "case list",
        "plot board",
        "district page",
        "plot map",
        "monthly board",
        "readings × ",
        "scoring of",
        "recompute",
        "owed on a day",
        "calendar, a month of",
        "messages with mail",
        "sweep after",
        "districts, scoped",
        "share of audit and outbox",
        "home, 20 readers at once",
        "register, 20 readers at once",
        "upload of 2 MB",
        "upload, peak memory",
        "backup, peak memory",
    ):
        assert name in said
        assert any(name in row["name"] for row in found["rows"])
    assert found["machine"]["cores"] >= 1


@pytest.mark.slow
@pytest.mark.area("tools/bench", "tools/management/commands/bench.py")
def test_a_tiny_run_holds_the_exact_gates(tiny):
    rows = tiny[1]["rows"]
    assert [row["name"] for row in rows if not row["within"]] == []
    assert sum(row["most_queries"] is not None for row in rows) >= 6


def test_a_ratio_is_the_limit_over_ours_and_a_cost_the_other_way_round():
    timing = Timing(ours=[[2.0, 2.0], [4.0, 4.0]], limit=[[1.0, 1.0], [1.0, 1.0]])
    rate, cost = row_of("rate", timing, 0.5), cost_of("cost", timing, 3)
    assert (rate.ratio, rate.worst, rate.reached) == (0.375, 0.25, False)
    assert (cost.ratio, cost.worst, cost.reached) == (3, 4, True)


def test_a_row_is_within_unless_it_asks_too_often():
    timing = Timing(ours=[[1.0]], limit=[[1.0]])
    assert row_of("few", timing, 0.5, queries=8, most_queries=8).within
    assert not row_of("many", timing, 0.5, queries=9, most_queries=8).within
    assert row_of("unbound", timing, 0.5, queries=90).within


def test_an_upload_of_the_bench_is_as_long_as_it_says(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    assert keeping.a_pdf(tmp_path, 1).stat().st_size < 1_001_000
    people = cast()
    seeded = Seeded(people.city_officer, people.preparer, make_district(people), None, None)
    row = next(keeping.uploading(seeded, (1, 1), Effort(rounds=1, repeats=1)))
    assert row.name == "upload of 1 MB, stored"
    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()], "nothing of it stays"


def test_limits_are_no_part_of_the_portal(client):
    assert client.get("/limit/login/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("name", ["portal:home", "accounts:login"])
def test_a_first_visit_weighs_little(client, db, name):
    make_district()
    page = client.get(reverse(name)).content
    files = set(LINKED.findall(page.decode()))
    assert any(file.endswith(".css") for file in files)
    weight = len(gzip.compress(page))
    for file in files:
        found = finders.find(file)
        assert found, file
        with open(found, "rb") as content:  # noqa: PTH123 -- the finder gives text
            weight += len(gzip.compress(content.read()))
    assert weight / 1024 <= FIRST_VISIT_KB, sorted(files)
