import datetime as dt
import os

import pytest

from greendistrict.core import clock

NIGHT = dt.datetime(2027, 3, 31, 23, 59, 30, tzinfo=clock.SHANGHAI)


@pytest.fixture
def file(tmp_path, settings):
    path = tmp_path / "clock"
    settings.CLOCK_FILE = str(path)
    return path


@pytest.mark.parametrize("text", ["", None, "no file"])
def test_without_a_file_or_with_an_empty_one_it_is_the_machine_in_shanghai(settings, file, text):
    if text == "":
        file.write_text(text)
    if text == "no file":
        settings.CLOCK_FILE = ""
    before, moment, after = dt.datetime.now(tz=dt.UTC), clock.now(), dt.datetime.now(tz=dt.UTC)
    assert moment.utcoffset() == dt.timedelta(hours=8)
    assert before <= moment <= after


def test_file_sets_the_start_and_time_runs_on(file):
    file.write_text("2027-03-31T23:59:30+08:00\n")
    written = dt.datetime.now(tz=dt.UTC) - dt.timedelta(seconds=60)
    os.utime(file, (written.timestamp(),) * 2)
    moment, passed = clock.now(), dt.datetime.now(tz=dt.UTC) - written
    assert dt.timedelta(seconds=60) <= moment - NIGHT <= passed
    assert clock.today() == dt.date(2027, 4, 1)


@pytest.mark.parametrize(("text", "day"), [("2027-03-31T23:00:00", 31), ("2027-03-31T20:00:00+00:00", 1)])
def test_moment_without_a_zone_is_shanghai_and_one_of_another_is_turned(file, text, day):
    file.write_text(text)
    assert clock.today().day == day


@pytest.mark.parametrize("text", ["tomorrow", "2027-13-01T00:00:00"])
def test_file_that_holds_no_moment_fails_loudly(file, text):
    file.write_text(text)
    with pytest.raises(ValueError, match=r"no ISO date-time|month"):
        clock.now()


def test_journey_stands_still_and_ends_with_its_block(file):
    file.write_text("2030-01-01T00:00:00")
    with clock.at(NIGHT):
        assert clock.now() == NIGHT
        with clock.at(NIGHT.replace(tzinfo=None, year=2028)):
            assert clock.now() == NIGHT.replace(year=2028)
        assert clock.today() == dt.date(2027, 3, 31)
    assert clock.today() == dt.date(2030, 1, 1)


def test_production_does_not_travel(settings):
    settings.PRODUCTION = True
    with pytest.raises(RuntimeError, match="production"), clock.at(NIGHT):
        pass


@pytest.mark.parametrize(
    ("day", "after"), [("2026-12-31", "2027-01-01T00:00:00+08:00"), ("9999-12-31", "9999-12-31T23:59:59.999999+08:00")]
)
def test_a_day_ends_where_the_next_begins_and_the_last_with_time(day, after):
    assert clock.end_of(dt.date.fromisoformat(day)).isoformat() == after
