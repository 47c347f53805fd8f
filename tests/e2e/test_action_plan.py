"""A task of the action plan in the browser: from the city to two districts and back in four quarters, then rolled on."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from beautiful.plans.models import ActionPlan, PlannedTask
from beautiful.plans.selectors import plans as selectors
from tests.beautiful.plans.world import FIRST, START, make_issued, report, spring
from tests.e2e.steps.seats import desk

pytestmark = [pytest.mark.area("beautiful/plans"), pytest.mark.django_db(transaction=True)]
OWN, BESIDE = (5, 12, 21, 30), (4, 10, 18, 26)


def test_a_task_goes_to_districts_and_comes_back_in_four_quarters_and_the_plan_rolls_on(local_browser, live_server, album, move):
    move(START.date())
    world = make_issued()
    with desk(local_browser, live_server, album, world.people) as seats:
        district, officer = seats["authority"], seats["city_officer"]
        for quarter, (own, beside) in enumerate(zip(OWN, BESIDE, strict=True), start=1):
            move(dt.date(FIRST + (quarter == 4), quarter % 4 * 3 + 1, 12))
            report(world.beside, world.other, quarter, beside)
            district.open(reverse("beautiful:task", args=[world.own.pk]))
            district.follow("报送季度进展")
            district.fill({"季度": f"{FIRST}年第{quarter}季度", "累计完成值": own, "进展": f"第{quarter}季度按计划推进（虚构）"})
            district.press("报送", f"{FIRST}年第{quarter}季度", "季度进展已报送")
        move(spring(FIRST + 1).date())
        officer.open(reverse("beautiful:task", args=[world.city.pk]), "区任务合计，2/2已报", "56", "达到路径")
        officer.shoot("four_quarters", axe=True)
        officer.open(reverse("beautiful:plan", args=[world.plan.pk]))
        officer.shoot("plan", axe=True)
        officer.follow("滚动到下一年")
        decided = {row.task.number: "完成" if row == world.alone else "结转" for row in world.plan.planned.select_related("task")}
        officer.fill({f"{number}滚动结果": word for number, word in decided.items()})
        officer.press("滚动", "计划已滚动，下一轮在编制中")
        after = ActionPlan.objects.get(first_year=FIRST + 1)
        officer.open(reverse("beautiful:plan", args=[after.pk]), "编制中", "结转", "征求意见稿")
        seats.on_phone("city_officer", reverse("beautiful:plan", args=[after.pk]))
    found = selectors.quarter_values(world.city, selectors.all_below(world.city), selectors.amber_from())
    assert [one.value for one in found] == [Decimal(own + beside) for own, beside in zip(OWN, BESIDE, strict=True)]
    assert PlannedTask.objects.filter(plan=after).count() == 3
