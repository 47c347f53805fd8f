"""Which backups stay."""

import datetime as dt

from portal.backup import retention

TODAY = dt.date(2026, 11, 22)


def made(day, hour=2, suffix=""):
    return retention.name_of(dt.datetime.combine(day, dt.time(hour)), suffix)


def test_a_name_tells_its_day_and_whether_it_is_encrypted():
    assert made(TODAY) == "greendistrict-20261122-020000.tar"
    assert retention.day_of(made(TODAY, suffix=".age")) == TODAY
    strangers = (
        "notes.txt",
        *(f"greendistrict-{rest}" for rest in ("20261122-020000.tar.part", "20261399-020000.tar", "20261122-020000.tar.gz")),
    )
    assert [retention.day_of(name) for name in strangers] == [None] * 4


def test_days_are_kept_and_the_first_of_each_month_for_a_year():
    days = [TODAY - dt.timedelta(days=number) for number in range(500)]
    names = {made(day): day for day in days}
    gone = retention.superfluous([*names, "notes.txt"], TODAY, 14)
    kept = {day for name, day in names.items() if name not in gone}
    recent = {TODAY - dt.timedelta(days=number) for number in range(14)}
    firsts = {dt.date(2025, 11, 1), dt.date(2025, 12, 1), *(dt.date(2026, month, 1) for month in range(1, 12))}
    assert kept == recent | firsts
    assert "notes.txt" not in gone


def test_the_newest_stays_however_old_it_is():
    old = [made(dt.date(2020, 3, 4)), made(dt.date(2020, 3, 5)), made(dt.date(2020, 3, 6), suffix=".age")]
    assert retention.superfluous(reversed(old), TODAY, 14) == old[:2]
    assert retention.superfluous([made(TODAY, 2), made(TODAY, 9)], TODAY, 1) == [], "of two on one day both stay while the day does"
