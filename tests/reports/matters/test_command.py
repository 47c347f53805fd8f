"""Papers and letters on the command line: made with the rights of the named person, who is recorded as the asker."""

import json
import re
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from lxml.etree import fromstring

from approvals.cases.models.correspondence import Notice
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from reports.composition.blocks import Chart
from reports.composition.charts import svg_of
from reports.composition.enums import FileFormat
from reports.composition.printed import texts_of
from reports.jobs.kinds import report_kinds
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from reports.jobs.selectors import files_open_to
from reports.jobs.sights import reader_of
from reports.matters import dossier, registration
from reports.matters.volume import entries_of
from tests import pdf_texts
from tests.factories.accounts import cast, make_user
from tests.factories.approvals import Filing
from tests.factories.received import at
from tests.reports.archive.world import close_volume, make_volume, set_fonds
from tests.reports.fitness import unfit
from tests.reports.matters import worlds
from tests.reports.matters.worlds import squeezed
from tests.reports.world import built, many_districts

pytestmark = pytest.mark.django_db


def test_a_paper_is_made_for_the_named_person_who_may_open_it_afterwards(tmp_path):
    people, found = worlds.inspected()
    asked = ["inspection", f"--subject={found.pk}", "--format=json", f"--out={tmp_path}"]
    [path] = built(*asked, f"--by={people.city_officer.username}")
    assert (path.name, json.loads(path.read_text())["title"]) == (f"{found}记录.json", f"{found}记录")
    job = ExportJob.objects.get()
    assert (job.requested_by, [asker.user for asker in job.askers.all()]) == (people.city_officer, [people.city_officer])
    assert AuditRecord.objects.filter(action="reports.request", actor_id=people.city_officer.pk).count() == 1
    assert files_open_to(Viewer(people.city_officer)).get() == job
    with pytest.raises(CommandError, match="看不到"):
        built(*asked, f"--by={people.outsider_preparer.username}")
    with pytest.raises(CommandError, match="请说明由谁申请（--by 账号）"):
        built(*asked)
    type(people.city_officer).objects.filter(pk=people.city_officer.pk).update(is_active=False)
    with pytest.raises(CommandError, match="已停用"):
        built(*asked, f"--by={people.city_officer.username}")


def test_a_letter_is_named_by_its_address_and_kept_as_it_reads(tmp_path):
    filing = Filing().to_accepted()
    case, officer = filing.case, filing.people.city_officer
    asked = ["letter", "--format=docx", f"--out={tmp_path}"]
    [path] = built(*asked, f"--subject=case/{case.pk}/acceptance", f"--by={officer.username}")
    job = ExportJob.objects.get()
    assert (path.suffix, path.read_bytes()[:2], job.requested_by, job.formats) == (".docx", b"PK", officer, ["docx"])
    assert built(*asked, f"--subject={job.subject}", f"--by={officer.username}") == [path], "the key of the kept letter names it as well"
    assert ExportJob.objects.count() == 1
    for address in (f"case/{case.pk}/nothing", "case/x/acceptance", f"nothing/{case.pk}/acceptance"):
        with pytest.raises(CommandError, match="没有这一文书"):
            built(*asked, f"--subject={address}", f"--by={officer.username}")
    with pytest.raises(CommandError, match="看不到"):
        built(*asked, f"--subject=case/{case.pk}/acceptance", f"--by={filing.people.outsider_preparer.username}")


def of_a_review():
    scene = worlds.concluded()
    found = dict.fromkeys(("review_opinion", "panel_record", "meeting_pack", "meeting_minutes"), scene.review.pk)
    return scene.secretary, {**found, "score_sheet": scene.members[0].pk}


def of_an_acceptance():
    walk = worlds.accepted()
    return walk.people.city_officer, dict.fromkeys(("acceptance", "site_visit", "technical_review", "dossier"), walk.case.pk)


def of_a_notice():
    filing = Filing().to_notice()
    return filing.people.city_officer, {"notice": Notice.objects.get().pk}


def of_a_district():
    people, district = worlds.verified()
    return people.city_officer, {"carbon": district.pk, "obligations_plan": [f"--year={clock.today().year + 1}"]}


def of_a_volume():
    people = cast()
    set_fonds(people)
    volume = close_volume(people, make_volume(people))
    found = dict.fromkeys(("archive_catalogue", "archive_remarks"), volume.pk)
    return people.city_officer, {**found, "archive_transfer": [f"--year={volume.year}"]}


def of_the_city():
    people = cast()
    received = many_districts(people)[0]
    of_year = f"--year={received.year}"
    found = {kind: [of_year] for kind in ("annual_city", "annual_city_open", "year_end")}
    return people.city_officer, {**found, "annual_district": [of_year, f"--district={received.district.code}"]}


# Kinds of which one matter is enough: people with it, and the seat that asks.
OF_ONE_MATTER = {
    "stage_assessment": (lambda: ((scene := worlds.rectifying()).people, scene.stage), "city_officer"),
    "carbon_verification": (worlds.carbon_verified, "city_officer"),
    "post_evaluation": (worlds.post_evaluated, "city_officer"),
    "operation_report": (worlds.operated, "city_officer"),
    "inspection": (lambda: worlds.inspected(findings=3), "city_officer"),
    "yearly_plan": (worlds.planned, "authority"),
    "area_evaluation": (lambda: ((made := worlds.area_evaluated())[0].people, made[1]), "city_officer"),
}
WORLDS = {
    **{kind: {kind} for kind in OF_ONE_MATTER},
    of_a_review: {"review_opinion", "panel_record", "meeting_pack", "meeting_minutes", "score_sheet"},
    of_an_acceptance: {"acceptance", "site_visit", "technical_review", "dossier"},
    of_a_notice: {"notice"},
    of_a_district: {"carbon", "obligations_plan"},
    of_a_volume: {"archive_catalogue", "archive_remarks", "archive_transfer"},
    of_the_city: {"annual_city", "annual_city_open", "year_end", "annual_district"},
}


def asked_of(world):
    """Who asks, and for which papers about what."""
    if callable(world):
        return world()
    made, seat = OF_ONE_MATTER[world]
    people, found = made()
    return getattr(people, seat), {world: found.pk}


def told(world):
    """The name of a world."""
    return getattr(world, "__name__", world)


ELSEWHERE = {"letter"}  # every letter: tests/reports/letters/test_files.py
WORDS = '//*[local-name()="text"]//text()'
OUTSIDE = {"dossier"}  # most of its pages came from elsewhere: neither tags nor PDF/A


def test_every_kind_of_paper_with_a_pdf_is_made_below():
    with_pdf = {key for key, report in report_kinds.by_key.items() if FileFormat.PDF in report.formats}
    assert set.union(*WORLDS.values()) | ELSEWHERE == with_pdf
    assert set.union(*WORLDS.values()) >= set(registration.KINDS)


@pytest.mark.area("reports", "portal/management")
@pytest.mark.parametrize("world", WORLDS, ids=told)
def test_every_paper_made_by_the_command_says_in_its_pdf_what_it_is_composed_of(world, tmp_path):
    user, subjects = asked_of(world)
    assert set(subjects) == WORLDS[world]
    with clock.at(at(2027, 4, 9)) if world is of_the_city else nullcontext():
        for kind, subject in subjects.items():
            about = subject if isinstance(subject, list) else [f"--subject={subject}"]
            [path] = built(kind, *about, f"--by={user.username}", "--format=pdf", f"--out={tmp_path / kind}")
            content, job = path.read_bytes(), ExportJob.objects.filter(kind=kind).latest("pk")
            assert lacking(content, job) == [], kind
            assert kind in OUTSIDE or unfit(content, composed(job)) == [], kind
            assert depending(job, user) == [], kind


def depending(job, user):
    """What of a paper depends on who of those with the same seats asked, or stays theirs when the seats are gone."""
    seat = user.posts.get()
    colleague = make_user(seat.role, seat.organisation, is_demo=user.is_demo)
    asked = {"kind": job.kind, "year": job.year, "district": job.district, "subject": job.subject, "formats": job.formats}
    wrong = [] if request_report(by=colleague, **asked) == job else ["a colleague gets another paper"]
    said, job.requested_by = list(texts_of(composed(job))), colleague
    wrong += [] if list(texts_of(composed(job))) == said else ["it says something else to a colleague"]
    wrong += [] if job in files_open_to(Viewer(colleague)) else ["a colleague cannot open it"]
    colleague.posts.update(role=Role.CITY_LEGAL if seat.role == Role.CITY_OFFICER else Role.CITY_OFFICER)
    reader = Viewer(type(colleague).objects.get(pk=colleague.pk))
    return wrong + (["it is open without the seats it was made for"] if job.sight and job in files_open_to(reader) else [])


def lacking(content, job):
    """Texts of the paper that its PDF does not say.

    Titles, marks and page numbers in the margins are taken out of what runs over pages, and the words of charts, which are read behind the
    last line of their page.
    """
    paper = composed(job)
    drawn = {squeezed("".join(fromstring(svg_of(block)).xpath(WORDS))) for _, block in paper.under_headings() if isinstance(block, Chart)}
    margin = re.compile("|".join((re.escape(squeezed(paper.title)), *paper.all_marks, r"—\d+—", *map(re.escape, drawn - {""}))))
    said = "".join(margin.sub("", squeezed(page)) for page in pdf_texts.texts_of(content))
    return [text for text in texts_of(paper) if margin.sub("", squeezed(text)) not in said]


def composed(job):
    """The paper as data; of the dossier the pages in front."""
    if job.kind == "dossier":
        viewer = reader_of(job)
        case = dossier.visible_to(viewer).get(pk=job.subject)
        with tempfile.TemporaryDirectory() as folder:
            return dossier.compose(viewer, case, entries_of(dossier.attachments_of(viewer, case), Path(folder)))
    return job.report.compose(job, lambda _: None)
