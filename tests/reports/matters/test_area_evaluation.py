"""Report on an area's year: what its page says, for whom, marked as resting on a draft, before and after the conclusion."""

import pytest

from beautiful.evaluations.models import AreaEvaluation
from beautiful.frame.programme import programme
from greendistrict.core import clock
from reports.jobs.kinds import report_kinds
from reports.jobs.models import ExportJob
from tests.beautiful.plans.world import FIRST, report, spring
from tests.factories.once import copy_of, once
from tests.reports.matters import worlds
from tests.reports.matters.test_papers import missing, page_of, paper
from tests.reports.matters.worlds import squeezed

pytestmark = pytest.mark.django_db
KIND = "area_evaluation"
evaluated = once(worlds.area_evaluated)
scene = copy_of("evaluated")


@pytest.fixture(autouse=True)
def spring_after():
    with clock.at(spring(FIRST + 1)):
        yield


def page(found):
    return page_of("beautiful:evaluation", found.pk)


def may(user, found):
    return report_kinds.by_key[KIND].matters(user).filter(pk=found.pk).exists()


def test_the_report_says_what_the_page_says(scene):
    world, found = scene
    for user in (world.people.city_officer, world.people.partner, world.people.authority):
        assert missing(KIND, user, found.pk, page(found)) == []
    said = paper(KIND, world.people.authority, found.pk)
    for words in ("30公里", "加快进度（虚构）", "评估滞后（虚构）", "第二段（虚构）", "结论时", "不作任何决定的依据"):
        assert squeezed(words) in said, words


def test_it_is_marked_as_resting_on_a_draft_and_as_fiction(scene):
    world, found = scene
    job = ExportJob(kind=KIND, scope=report_kinds.by_key[KIND].scope, subject=str(found.pk), year=FIRST, requested_by=world.people.partner)
    composed = report_kinds.by_key[KIND].compose(job, lambda _: None)
    assert programme().mark in composed.all_marks
    assert composed.is_demo
    assert composed.title == f"人居之美{FIRST}年跟踪评估报告"


def test_later_reports_do_not_reach_a_concluded_evaluation(scene):
    world, found = scene
    before = paper(KIND, world.people.city_officer, found.pk)
    report(world.own, world.people.authority, 4, 99)
    assert paper(KIND, world.people.city_officer, found.pk) == before


def test_one_that_has_not_begun_says_so_and_an_area_without_a_task_too(scene):
    world, _ = scene
    found = AreaEvaluation.objects.get(area="culture")
    said = paper(KIND, world.people.city_officer, found.pk)
    for words in ("待自评", "未作出", "本计划在这一领域没有任务", "没有因评估结果调整的任务"):
        assert squeezed(words) in said, words


def test_who_may_ask_is_who_sees_the_evaluation(scene):
    world, found = scene
    city = {"city_officer", "city_checker", "city_director", "city_legal"}
    everybody = world.people.everybody.items()
    assert {seat for seat, user in everybody if may(user, found)} == city | {"partner", "authority", "bureau"}
    other = AreaEvaluation.objects.get(area="institution")
    assert {seat for seat, user in everybody if may(user, other)} == city | {"partner"}
