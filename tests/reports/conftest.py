"""Reports are slow to make: each process makes the two once and every test reads them."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from districts.common.enums import Stage
from greendistrict.core import clock
from reports.annual import figures
from reports.annual.documents import district_composition
from reports.annual.figures import DistrictFigures
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures import whole
from reports.composition.blocks import Composition
from reports.composition.services import made_of
from reports.jobs.kinds import report_kinds
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.factories.received import at, received_self_check
from tests.processes import Portal
from tests.reports.world import KIND, LEASE_SECONDS, many_districts, name_sheet, spoil
from tests.servers import OwnRedis

CODE = "c0ffee00-0000-4000-8000-000000000000"
_made: dict[str, object] = {}


@dataclass(frozen=True)
class Made:
    """What one report shows and its files."""

    figures: object
    pdf: bytes
    xlsx: bytes
    composition: Composition
    content: dict | None = None
    report: DistrictFigures | None = None


@pytest.fixture
def district_report(db):
    """The report of one eventful pilot."""
    return _once("district", _of_district)


@pytest.fixture
def city_report(db):
    """The city's internal report over three districts, one of which is a demonstration, while a fourth has not filed."""
    return _once("city", _of_city)


def _once(name, make):
    """What ``make`` returns, made once; its rows go at once, so that a test may ask for both reports."""
    if name not in _made:
        with transaction.atomic():
            _made[name] = make()
            transaction.set_rollback(True)
    return _made[name]


def _of_district():
    check = received_self_check(cast(), change=spoil)
    with clock.at(at(2027, 4, 9)):
        found = figures.report_figures(check)
        composition = district_composition(found)
        files = made_of(composition, code=CODE, formats=["pdf", "xlsx"])
        content = check.table.versions.get(counts=True).content
        return Made(found.scores, files["pdf"], files["xlsx"], composition, content, found)


def _of_city():
    many_districts(cast())
    with clock.at(at(2027, 4, 9)):
        found = whole.city_report(2026, demo=True)
        composition = city_composition(found, ReportEdition.INTERNAL)
        files = made_of(composition, code=CODE, formats=["pdf", "xlsx"])
        return Made(found.scores, files["pdf"], files["xlsx"], composition)


@pytest.fixture
def world(db):
    """People and one received self-check in the database."""
    people = cast()
    return SimpleNamespace(people=people, check=received_self_check(people))


@pytest.fixture
def sheets(db, monkeypatch):
    """People, three districts, and a kind of report that each of them has."""
    people = cast()
    for name, code in (("演示甲城（虚构）", "jia"), ("演示乙城（虚构）", "yi"), ("演示丙城（虚构）", "bing")):
        make_district(people, name=name, code=code, stage=Stage.PILOT)
    monkeypatch.setitem(report_kinds.by_key, KIND, name_sheet())
    return people


@pytest.fixture
def redis():
    folder = Path(tempfile.mkdtemp(prefix="gd-redis-"))
    server = OwnRedis(folder)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder)


@pytest.fixture
def portal(tmp_path, redis):
    """Web server and worker that work on this test's own database, which leaving a context would drop; beat is not started yet."""
    portal = Portal(tmp_path, connection.settings_dict["NAME"], REDIS_URL=redis.url, GD_LEASE_SECONDS=str(LEASE_SECONDS))
    try:
        portal.start_web()
        portal.start_background(beat=False)
        yield portal
    finally:
        portal.stop()
