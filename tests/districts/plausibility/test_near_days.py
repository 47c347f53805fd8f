"""A day sooner after the one before than such work takes is asked about at every door and never refused: papers do bear the same day."""

import datetime as dt
from html import unescape

import pytest
from django.urls import reverse

from districts.common.enums import ImportKind, ProjectState
from districts.lists import services as rows
from districts.plausibility.expectations import least_days
from districts.plausibility.models import FigureAnswer
from districts.plausibility.services import ASK
from districts.plots.lifecycle import in_words
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from districts.projects.services import save_indicator
from greendistrict.audit.services import subject_of
from greendistrict.workflow.models import TransitionRecord
from tests.districts.plausibility.test_asked import PAGES, notes
from tests.districts.projects.test_work_content import PAVING
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory
from tests.matters.districts import PLOTS
from tests.matters.walk import step_of
from tests.plot_steps import WHY, paper
from tests.portal.api.world import Sender, fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
OTHERS = pytest.mark.area("districts/plausibility", "districts/plots")  # one table of plots shows what holds for all
DAY, SAID = dt.date(2026, 3, 2), "两份文件同日签发（虚构）"
BACKFILLED = {"backfill": "on", "backfill_reason": WHY}


def said_of(row):
    return [(one.rule, one.part, one.text) for one in FigureAnswer.objects.filter(subject=subject_of(row))]


def asked_first(client, page, url, typed, said):
    """The page says it beforehand, the post is asked, and with a reason the day is taken; returns the words of the question."""
    before = unescape(client.get(page).content.decode())
    assert said in before
    asked = client.post(url, typed)
    words = unescape(asked.content.decode())
    assert (asked.status_code in {409, 422}, ASK in words, FigureAnswer.objects.exists()) == (True, True, False), words
    for value in typed.values():
        if hasattr(value, "seek"):
            value.seek(0)
    taken = client.post(url, {**typed, "explanation": SAID})
    assert taken.status_code == 302, taken.content.decode()
    return words


@pytest.mark.parametrize("kind", [PLOTS[0], *(pytest.param(kind, marks=OTHERS) for kind in PLOTS[1:])], ids=lambda kind: kind.machine.name)
def test_a_step_too_soon_is_taken_with_a_reason_that_stays_until_it_is_taken_back(client, kind):
    began, tried = kind(), set()
    for move in kind.machine.transitions:
        if "apart" not in {guard.__name__ for guard in move.guards}:
            continue
        began.to(move.sources[0])
        began.store(steps={"before": {"on": DAY.isoformat(), "number": ""}})
        with step_of(client, began, move.action) as step:
            control, plot, least = step.obj, step.obj.plot, least_days()[move.action]
            client.force_login(step.matter.people.preparer)
            soon = DAY + dt.timedelta(days=least - 1)
            typed = {**step.values, "reason": WHY, "version": control.version, "on": soon.isoformat()}
            early = client.post(step.url, {**typed, "on": "2026-03-01", "explanation": SAID})
            assert "不能早于上一步" in early.content.decode()
            typed["upload"] = paper()
            words = asked_first(client, step.page, step.url, typed, f"上一步为{in_words(DAY.isoformat())}，一般至少相隔{least}天")
            assert f"{move.label}的日期" in words
            assert said_of(plot) == [("near", move.action, SAID)]
            assert TransitionRecord.objects.order_by("pk").last().facts["explanation"] == SAID
            for page in ("plot_control", "plot_list", "district_file"):
                more = [plot.pk] if page == "plot_control" else []
                shown = client.get(reverse(f"districts:{page}", args=[plot.district.code, *more]))
                assert SAID in shown.content.decode(), page
            control.refresh_from_db()
            back = kind.machine.find("step_back", control.status)
            if move.action != "begin" and back:
                url = reverse("districts:plot_step", args=[plot.district.code, plot.pk, "step_back"])
                assert client.post(url, {"version": control.version, "reason": WHY}).status_code == 302
                assert said_of(plot) == []
            tried.add(move.action)
    assert tried >= {"pass_design", "pass_drawings", "begin", "finish", "complete", "complete_short", "correct"}


def test_the_acceptance_of_a_work_and_the_use_of_a_project_too(client, people, district):
    work = WorkFactory(district=district, started_on=None)
    save_indicator(work=work, values={**PAVING, "built": "55"}, by=people.preparer)
    Work.objects.filter(pk=work.pk).update(started_on=DAY)
    soon = {"on": (DAY + dt.timedelta(days=29)).isoformat(), "number": "1", "upload": paper(), **BACKFILLED}
    client.force_login(people.preparer)
    page, url = (reverse(f"districts:{name}", args=[district.code, work.pk]) for name in ("work", "work_accept"))
    work.refresh_from_db()
    asked_first(client, page, url, {**soon, "version": work.version}, "开工日期为2026年3月2日，一般至少相隔30天")
    assert (said_of(work), SAID in client.get(page).content.decode()) == ([("near", "built_on", SAID)], True)
    work.refresh_from_db()
    client.post(reverse("districts:work_withdraw", args=[district.code, work.pk]), {"version": work.version, "reason": WHY})
    assert said_of(work) == []
    project = KeyProjectFactory(district=district, state=ProjectState.COMPLETED, started_on=DAY, finished_on=DAY)
    page, url = (reverse(f"districts:{name}", args=[district.code, project.pk]) for name in ("key_project", "key_project_use"))
    asked_first(client, page, url, {**soon, "version": project.version}, "实际开工2026年3月2日为同一天")
    assert (said_of(project), SAID in client.get(page).content.decode()) == ([("near", "finished_on", SAID)], True)
    assert "须写明原因" not in client.get(page).content.decode()


DOORS = {  # of each list: page, address of the API, the days of one row, its model, factory and workbook
    "plots": ("plot_create", {"started_on": "2026-03-02", "built_on": "2026-03-20"}, Plot, PlotFactory, ImportKind.PLOTS),
    "works": ("work_create", {"started_on": "2026-03-02", "built_on": "2026-03-02"}, Work, WorkFactory, ImportKind.WORKS),
    "projects": (
        "key_project_create", {"started_on": "2026-03-02", "finished_on": "2026-03-31", "state": "completed"},
        KeyProject, KeyProjectFactory, ImportKind.PROJECTS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", DOORS)
def test_a_day_typed_too_soon_is_asked_about_by_form_and_api_and_noted_by_an_import(client, people, district, path):
    page, days, model, factory, book = DOORS[path]
    client.force_login(people.preparer)
    address = reverse(f"districts:{page}", args=[district.code])
    part = next(name for name in days if name in {"built_on", "finished_on"})
    typed = {**PAGES[page][0], **days, "version": 0, "do": "save"}
    words = asked_first(client, address, address, typed, "")
    assert "一般至少相隔30天" in words
    made = model.objects.get()
    assert said_of(made) == [("near", part, SAID)]
    rows.save(model, district=district, row=made, values={"planned_start": DAY}, by=people.preparer)
    assert said_of(made) == [("near", part, SAID)], "asked once"
    model.objects.all().delete()
    sent = {name: {"true": True, "false": False}.get(value, value) for name, value in PAGES[page][0].items()}
    sent |= {**days, "district": district.code} | ({"clauses": [], "plots": []} if path == "projects" else {})
    sender = Sender(people.preparer)
    refused = sender.send("post", f"{path}/", sent)
    assert (refused.status_code, set(fields_of(refused)[1])) == (422, {part, "explanation"}), refused.content.decode()
    assert sender.send("post", f"{path}/", {**sent, "explanation": SAID}).status_code == 201
    FigureAnswer.objects.all().delete()
    model.objects.all().delete()
    factory(district=district, started_on=DAY, **({"state": "completed"} if path == "projects" else {}))
    told = notes(client, district, book, {part: days[part]})
    assert "一般至少相隔30天" in "".join(note for _, note in told)
