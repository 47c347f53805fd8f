"""Pages of 美丽上海 in the browser: released progress, a reserve project, indicators by area, an evaluation."""

import pytest
from django.urls import reverse

from beautiful.evaluations import services as evaluations
from beautiful.evaluations.models import AreaEvaluation
from beautiful.plans import services as plans
from beautiful.plans.models import PlannedTask
from beautiful.releases import services as releases
from greendistrict.core import clock
from tests.beautiful.area_export.test_area_export import YEAR, make_world
from tests.beautiful.plans.world import FIRST, START, report, spring
from tests.beautiful.reserves.world import make_project
from tests.e2e.steps.seats import desk

pytestmark = [pytest.mark.area("beautiful"), pytest.mark.django_db(transaction=True)]


def test_pages_of_the_programme_read_well_at_a_desk_and_on_a_phone(local_browser, live_server, album, move):
    move(START.date())
    world = make_world()
    people = world.people
    move(spring(FIRST + 1).date())
    report(world.own, people.authority, 4, 30, problems="一处桥位用地未落实（虚构）")
    released = releases.release(plan=world.plan, quarter=(FIRST, 4), basis="演示公开〔2027〕1号（虚构）", by=people.city_officer)
    evaluations.begin(plan=world.plan, year=FIRST, areas=("habitat", "institution"), by=people.city_officer)
    project = make_project(people)
    evaluation = AreaEvaluation.objects.get(area="habitat")
    for act, by, more in (("report", people.authority, {}), ("check", people.city_officer, {}),
                          ("conclude", people.city_director, {"conclusion": "behind"})):  # fmt: skip
        evaluation = getattr(evaluations, act)(evaluation=evaluation, version=evaluation.version, text="说明（虚构）", by=by, **more)
    version = PlannedTask.objects.get(pk=world.own.pk).version
    said = {"on": clock.today(), "basis": "演示〔2027〕1号（虚构）", "reason": "评估滞后（虚构）", "version": version}
    adjusted = plans.adjust_task(planned=world.own, values={"title": "加快的任务（虚构）"}, **said, by=people.city_officer)
    evaluations.use(evaluation=evaluation, adjustment=adjusted, note="按结论加快（虚构）", by=people.city_officer)
    pages = {
        "release": reverse("beautiful:progress_release", args=[world.plan.pk, FIRST, 4]),
        "frame": reverse("beautiful:frame"),
        "plan": reverse("beautiful:plan", args=[world.plan.pk]),
        "task": reverse("beautiful:task", args=[world.own.pk]),
        "areas": f"{reverse('beautiful:area_overview')}?world=demo&year={YEAR}",
        "area": f"{reverse('beautiful:area', args=['development'])}?world=demo",
        "links": reverse("beautiful:area_links"),
        "reserves": reverse("beautiful:reserve_list"),
        "evaluations": reverse("beautiful:evaluation_list", args=[world.plan.pk]),
        "evaluation": reverse("beautiful:evaluation", args=[evaluation.pk]),
    }
    with desk(local_browser, live_server, album, people) as seats:
        officer, phone = seats["city_officer"], seats.phone("city_officer")
        for name, address in pages.items():
            for actor, where in ((officer, "desk"), (phone, "phone")):
                actor.open(address, "征求意见稿")
                actor.shoot(f"{name}_{where}", axe=True)
        writer = seats["authority"]
        writer.open(reverse("beautiful:reserve", args=[project.pk]), "初筛条件", "生态环保金融支持项目储备库")
        writer.shoot("reserve", axe=True)
        visitor = seats.visitor()
        visitor.open(reverse("beautiful:public_programme"))
        visitor.follow("行动计划已公开的进展")
        visitor.follow(str(released), "演示数据", "30 公里", "征求意见稿")
        visitor.shoot("public")
