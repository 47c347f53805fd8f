"""The bench itself on a few rows, and figures that it only reports: queries of the hot paths, the weight of a first visit."""

import gzip
import json
import os
import re
import subprocess
import sys
from http import HTTPStatus
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from approvals.cases.models.cases import Case
from carbon.metering.models import MeterReading
from tests.factories.districts import make_district
from tests.processes import Portal
from tools.bench import cases, inventories, keeping, land, metering, seeding
from tools.bench.measuring import Effort, Timing, cost_of, row_of
from tools.bench.seeding import Seeded

FIRST_VISIT_KB = 100
ONCE = Effort(rounds=1, repeats=1)
# What a row of the bench is named or begins with.
PATHS = """
list, 50 of | search,  | score page, a chapter | score page, every row | autosave | whole chapter | whole table | list API |
review board | review workspace | one judgement | login | memory | annual report PDF of a district | city report PDF |
city report, peak memory | 1 worker / 2 workers | city report DOCX | zip of | Excel | city Excel | district reports, memory |
work desk | case list | plot board | district page | plot map | monthly board | readings ×  | scoring of | recompute |
owed on a day | calendar, a month of | messages with mail | sweep after | districts, scoped | share of audit and outbox |
home, 20 readers at once | register, 20 readers at once | upload of 2 MB | upload, peak memory | backup, peak memory
"""
LINKED = re.compile(r'(?:<link rel="stylesheet" href|<script src|<link rel="icon" href|<use href|<img[^>]* src)="/static/([^"#?]+)')


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """One tiny run with every path; its words and its file."""
    out = tmp_path_factory.mktemp("bench") / "bench.json"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}
    with Portal(out.parent / "portal", f"bench_template_{os.getpid()}") as portal:
        template = portal.migrate()
    words = [sys.executable, "manage.py", "bench", "--tiny", "--template", template, "--out", str(out)]
    done = subprocess.run(words, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout, json.loads(out.read_text())


@pytest.mark.area("tools/bench", "tools/management/commands/bench.py")
def test_a_tiny_run_tells_every_path_and_holds_the_exact_gates(tiny):
    said, found = tiny
    for name in PATHS.strip().replace("\n", " ").split(" | "):
        assert name in said
        assert any(name in row["name"] for row in found["rows"]), name
    assert found["machine"]["cores"] >= 1
    rows = found["rows"]
    assert [row["name"] for row in rows if not row["within"]] == []
    assert sum(row["most_queries"] is not None for row in rows) >= 6


def test_a_ratio_is_the_limit_over_ours_and_a_cost_the_other_way_round():
    timing = Timing(ours=[[2.0, 2.0], [4.0, 4.0]], limit=[[1.0, 1.0], [1.0, 1.0]])
    rate, cost = row_of("rate", timing, 0.5), cost_of("cost", timing, 3)
    assert (rate.ratio, rate.worst, rate.reached) == (0.375, 0.25, False)
    assert (cost.ratio, cost.worst, cost.reached) == (3, 4, True)
    bounds = ({"queries": 8, "most_queries": 8}, {"queries": 9, "most_queries": 8}, {"queries": 90})
    assert [row_of("row", timing, 0.5, **bound).within for bound in bounds] == [True, False, True], "within unless it asks too often"


@pytest.mark.area("tools/bench", "districts/lists", "carbon", "greendistrict/documents")
def test_an_upload_of_the_bench_is_as_long_as_it_says(people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    assert keeping.a_pdf(tmp_path, 1).stat().st_size < 1_001_000
    seeded = Seeded(people.city_officer, people.preparer, make_district(people), None, None)
    row = next(keeping.uploading(seeded, (1, 1), ONCE))
    assert row.name == "upload of 1 MB, stored"
    assert not [path for path in (tmp_path / "media").rglob("*") if path.is_file()], "nothing of it stays"


@pytest.mark.parametrize("name", ["portal:home", "accounts:login"])
def test_a_first_visit_weighs_little(client, db, name):
    assert client.get("/limit/login/").status_code == HTTPStatus.NOT_FOUND, "limits of the bench are no part of the portal"
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


@pytest.fixture
def small(people):
    return SimpleNamespace(district=make_district(people), preparer=people.preparer)


@pytest.mark.area("tools/bench", "districts/lists", "carbon", "greendistrict/documents")
def test_an_import_is_measured_and_leaves_nothing_behind(small):
    rows = [land.importing(small, count, ONCE) for count in (5, 25)]
    assert rows[0].queries == rows[1].queries <= 20
    assert all(row.within for row in rows)
    assert not small.district.plots.exists()


@pytest.mark.area("tools/bench", "districts/lists", "carbon", "greendistrict/documents")
def test_writing_readings_is_measured_and_leaves_nothing_behind(small):
    rows = [metering.writing(small, meters, 30, ONCE) for meters in (2, 6)]
    assert rows[0].queries == rows[1].queries
    assert all(row.within for row in rows), [row.queries for row in rows]
    assert not MeterReading.objects.exists()


@pytest.mark.area("tools/bench", "districts/lists", "carbon", "greendistrict/documents")
def test_both_sides_compute_the_same_inventories():
    row = inventories.computing(3, ONCE)
    assert (row.notes, row.ratio > 0) == ({"activities": inventories.ROWS}, True)


@pytest.mark.area("tools/bench")
@pytest.mark.django_db
def test_copies_of_a_case_lie_in_districts_of_their_own_and_the_paths_hold_their_bounds():
    seeded = seeding.seed()
    seeding.more_districts(seeded, 6)
    assert cases.more_cases(seeded, 4) == 4
    assert cases.more_cases(seeded, 99) == 5
    assert Case.objects.values("district").distinct().count() == Case.objects.filter(status="sent").count() == 5
    assert not seeded.district.cases.exists()
    rows = list(cases.rows_of_work(seeded, ONCE, 6))
    assert [row.name for row in rows] == [
        "policy check of 6 districts",
        "one decision through perform()",
        "one decision, share of audit and outbox",
    ]
    assert all(row.within for row in rows), [(row.name, row.queries) for row in rows]
    assert Case.objects.filter(status="checking").count() == 1
