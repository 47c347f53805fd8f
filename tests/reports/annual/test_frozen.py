"""Annual reports of a closed year show the figures that were frozen, whatever is changed later."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.self_checks.models import SelfCheck
from assessments.tables.models import TableVersion
from districts.file.models.district import District
from greendistrict.core import clock
from reports.annual import figures
from reports.closings.models import ClosingEdition, FrozenFigures, YearClosing
from reports.closings.registry import frozen_kinds
from tests.factories.accounts import cast
from tests.factories.received import at, received_self_check
from tests.reports.world import many_districts, spoil

pytestmark = pytest.mark.django_db
YEAR = 2026
KEYS = (figures.SCORES, figures.FILES)


def close(people):
    """The figures of the year as its closing stores them."""
    made = {key: list(frozen_kinds.by_key[key].freeze(YEAR)) for key in KEYS}
    closing = YearClosing.objects.create(year=YEAR, status="closed", edition=1, opened_at=at(2027, 1, 1))
    days = {"snapshot_day": dt.date(2026, 12, 31), "closes_on": dt.date(2027, 5, 31)}
    edition = ClosingEdition.objects.create(
        closing=closing, number=1, closed_at=clock.now(), closed_by=people.city_director, digest="0" * 64, **days
    )
    for key, parts in made.items():
        for order, (part, data) in enumerate(parts):
            FrozenFigures.objects.create(edition=edition, key=key, part=part, order=order, data=data)


def test_a_closed_year_reads_back_what_was_frozen():
    people = cast()
    check = received_self_check(people, change=spoil)
    with clock.at(at(2027, 6, 3)):
        district, file = figures.district_figures(check), figures.report_figures(check)
        close(people)
        read = figures.report_figures(check)
        assert replace(read, closing=file.closing) == file
        assert (file.closing.is_closed, read.closing.is_closed, read.closing.edition) == (False, True, 1)
        assert figures.district_figures(check) == district
    TableVersion.objects.update(content={})
    District.objects.update(name="更名城区（虚构）", area_km2=Decimal(9))
    with clock.at(at(2027, 9, 1)):
        kept = figures.district_figures(SelfCheck.objects.get())
        assert (kept.district.name, kept.area_km2, kept.verdict, kept.items) == (
            district.district.name, district.area_km2, district.verdict, district.items,
        )  # fmt: skip


def test_a_self_check_received_after_the_last_day_is_in_no_figure_of_the_year():
    people = cast()
    many_districts(people)
    late = SelfCheck.objects.filter(status="received", year=YEAR).first()
    SelfCheck.objects.filter(pk=late.pk).update(received_at=at(2027, 6, 1, hour=0))
    with clock.at(at(2027, 6, 3)):
        before = list(figures.annual_rows(YEAR))
        assert late.district_id not in {row.district.pk for row in before}
        close(people)
        assert [row.number for row in figures.annual_rows(YEAR)] == [row.number for row in before]
        assert figures.district_figures(late).number == late.number  # its own report is made, and says that it does not count


def test_figures_are_named_for_people():
    people = cast()
    received_self_check(people, change=spoil)
    with clock.at(at(2027, 6, 3)):
        named = [one for key in KEYS for _, data in frozen_kinds.by_key[key].freeze(YEAR) for one in frozen_kinds.by_key[key].figures(data)]
    assert {"称号", "总分", "规划范围面积（平方公里）"} <= {one.name for one in named}
    assert not [one for one in named if any(part.isascii() and part.isalpha() and part.islower() for part in one.name.split("·"))]
    assert len({(one.subject, one.name) for one in named}) == len(named)


def test_a_year_without_self_checks_can_be_frozen():
    assert [list(frozen_kinds.by_key[key].freeze(2019)) for key in KEYS] == [[], []]
