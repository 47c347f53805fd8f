"""The small world of the pictures: one day, one applicant, a pilot with its self-check, an application, a review."""

import datetime as dt
import os
from pathlib import Path
from types import SimpleNamespace

from approvals.cases.models.cases import Case
from assessments.prefill import services as prefill
from assessments.reviews.enums import Judgement
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import SECTIONS
from assessments.tables.models import ScoreRow
from districts.common.enums import Stage
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.assessments import make_table
from tests.factories.districts import AreaFactory, KeyProjectFactory, make_district, shaped_plots
from tests.factories.received import at, received_self_check
from tests.factories.reviews import Scene

NOW = at(2026, 11, 20)
MOVED = ("7.2.17", "4.2.1")
EMPTY = 6


def stand_still(settings, folder: Path) -> None:
    """Business time stands still in every thread: the clock runs on from when its file was written, which is to come."""
    path = folder / "clock"
    path.write_text(NOW.isoformat(), encoding="utf-8")
    later = dt.datetime.now(tz=clock.SHANGHAI).timestamp() + 86_400
    os.utime(path, (later, later))
    settings.CLOCK_FILE = str(path)


def made_world() -> SimpleNamespace:
    """Its people and matters; the review is being scored."""
    people = cast()
    User.objects.update(introduced=True)
    Setting.objects.create(key="obligations_from", value="2024-01-05", by=people.city_director, at=at(2024, 1, 5), reason="首次启用")
    area = AreaFactory(code="990001", name="演示甲区（虚构）")
    check = second_year(people, area)
    filing = incomplete(people, area)
    return SimpleNamespace(people=people, check=check, district=check.district, case=filing.case, scene=reviewed(people, area))


def second_year(people, area) -> SelfCheck:
    """A self-check of a pilot with a map, a year after one that was received; two values moved, some are missing."""
    pilot = {"stage": Stage.PILOT, "titled_on": dt.date(2024, 6, 3), "star": 2}
    district = make_district(people, area=area, code="yanshi-bin", name="演示滨河新城（虚构）", **pilot)
    for number, plot in enumerate(shaped_plots(district, 8), start=1):
        type(plot).objects.filter(pk=plot.pk).update(number=f"A{number:02d}")
    KeyProjectFactory(district=district, name="演示能源站（虚构）")
    KeyProjectFactory(district=district, name="演示社区中心（虚构）", planned_finish=dt.date(2026, 6, 30))

    def told(check):
        check.report |= {section.key: f"{section.title}：全年推进各项工作，成立工作专班，每季度召开例会。" for section in SECTIONS}
        check.save()

    before = received_self_check(people, district=district, year=2025, building=False, change=told)
    table = make_table(district, year=2026, previous=before.table)
    prefill.prefill_table(table)
    ScoreRow.objects.filter(table=table, item_id__in=MOVED).update(value="52")
    left = list(ScoreRow.objects.filter(table=table).order_by("order").values_list("pk", flat=True)[:EMPTY])
    ScoreRow.objects.filter(pk__in=left).update(value=None)
    return SelfCheck.objects.create(district=district, year=2026, table=table, report={}, opened_at=clock.now())


def incomplete(people, area) -> Filing:
    """An application that cannot be handed up yet."""
    filing = Filing(people, area=area, code="yanshi-dong", name="演示东湾新城（虚构）")
    Case.objects.filter(pk=filing.case.pk).update(reasons={})
    filing.fresh()
    return filing


def reviewed(people, area) -> Scene:
    """A review that is being scored: a paper beside each clause, one expert who differs on two."""
    scene = Scene(extra=0, people=people)
    scene.table.district.areas.set([area])
    review = scene.to_scoring().cite_paper().review
    member = scene.members[1]
    for item in [one.item_id for one in member.assignments.order_by("pk") if review.claims[one.item_id]["points"] not in {None, "0"}][:2]:
        scene.judge(member, item, Judgement.DIFFER, points="0", comment="没有监测记录", comment_kind="must")
    return scene
