"""Databases of released versions, taken over by the code as it is: put back, migrated, checked, used."""

import datetime as dt
import lzma
import os
import re
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.core.release import version
from scripts.release import ReleaseError, marked
from tests.factories.accounts import make_organisation, make_user
from tests.ops.test_fault_table import BUSY, asked, bound
from tests.processes import ROOT
from tests.upgrade.portal import FOLDER, rehearsed

CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
RELEASED = sorted(FOLDER.glob("*.tar.xz"))
MOST_BYTES = 3_000_000
READ_WHILE = 100  # pages that are read while the change waits
HEADS = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


@pytest.mark.django_db
def test_the_version_stands_in_one_place_and_is_told_in_the_changelog(client):
    versions = [found[0] for found in HEADS.findall(CHANGELOG)]
    assert version() == versions[0]
    assert versions == sorted(versions, key=lambda one: [int(part) for part in one.split(".")], reverse=True)
    assert {path.name.removesuffix(".tar.xz") for path in RELEASED} == set(versions)
    client.force_login(make_user(Role.SYSTEM_KEEPER, make_organisation(OrganisationKind.KEEPER)))
    assert f"平台版本{version()}" in client.get("/operations/").content.decode()


def test_the_kept_databases_are_small():
    assert RELEASED
    assert [path.name for path in RELEASED if path.stat().st_size > MOST_BYTES] == []


def test_marking_a_version_writes_its_day_and_wants_nothing_unreleased():
    text = "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-01-01\n- b\n\n## [0.1.0] - 2025-01-01\n- a\n"
    day = dt.date(2026, 11, 23)
    assert marked(text, "0.2.0", day) == text.replace("2026-01-01", "2026-11-23")
    assert HEADS.findall(CHANGELOG)[0][0] == version()  # the newest section is the version of the project
    for wrong in (text.replace("[Unreleased]\n", "[Unreleased]\n- c\n"), text.replace("[0.2.0]", "[0.3.0]")):
        with pytest.raises(ReleaseError, match=r"CHANGELOG\.md"):
            marked(wrong, "0.2.0", day)


@pytest.fixture
def place(tmp_path):
    with rehearsed(tmp_path / "portal", f"upgraded_{os.getpid()}", DJANGO_SETTINGS_MODULE="tests.portal_settings") as made:
        yield made


def unpacked(copy, folder):
    """The kept copy as ``manage.py backup`` wrote it."""
    target = folder / copy.stem
    target.write_bytes(lzma.decompress(copy.read_bytes()))
    return str(target)


@pytest.mark.area("*/migrations", "greendistrict/core", "portal/backup", "portal/data_check")
@pytest.mark.parametrize("copy", RELEASED, ids=lambda path: path.stem)
def test_a_released_database_is_taken_over(place, tmp_path, copy):
    said = place.run("manage.py", "restore", unpacked(copy, tmp_path), "--verify")
    assert "没有发现问题" in said
    place.run("manage.py", "verify_audit")
    place.run("manage.py", "migrate", "--check")
    assert place.rows("SELECT count(*) FROM assessments_receipt") == [(1,)]
    assert place.run("manage.py", "--version").split() == ["greendistrict", version()]


@pytest.mark.area("*/migrations", "greendistrict/core", "portal/backup", "portal/data_check")
def test_a_later_change_of_the_schema_migrates_it(place, tmp_path):
    """Rehearsal: three migrations of a version to come, schema and data apart, run over the rows of 0.1.0, and back while web is read."""
    place.environment["DJANGO_SETTINGS_MODULE"] = "tests.upgrade.later"
    said = place.run("manage.py", "restore", unpacked(RELEASED[0], tmp_path), "--verify")
    assert "没有发现问题" in said
    filled = "SELECT count(*) FILTER (WHERE former_name = name), count(*) FROM districts_district"
    ((same, every),) = place.rows(filled)
    assert same == every > 0
    place.start_web()
    with psycopg.connect(place.environment["GD_OWNER_DATABASE_URL"]) as export, ThreadPoolExecutor() as beside:
        export.execute("SELECT count(*) FROM districts_district")  # reads on: the change of the table waits, and pages behind it
        going = beside.submit(place.run, "manage.py", "migrate", "rehearsal", "zero")
        seen = [asked(f"{place.url}/register/") for _ in range(READ_WHILE)]
        assert not going.done()
        export.rollback()
        while not going.done():
            seen.append(asked(f"{place.url}/register/"))
        going.result()
    assert {(status, status == 200 or "维护中" in text) for status, text, _ in seen} <= {(200, True), (503, True)}
    assert max(took for *_, took in seen) <= bound("A migration changes a table that a page reads") * BUSY
    assert asked(f"{place.url}/register/")[0] == 200
    columns = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'districts_district' AND column_name = 'former_name'"
    assert place.rows(columns) == [(0,)]
