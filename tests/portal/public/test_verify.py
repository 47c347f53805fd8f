"""/verify/: the number suffices for published documents, others need their code; every code printed by the portal is found."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CharField
from django.urls import reverse

from approvals.applications.taken_lists import take_list
from approvals.cases.lifecycle import case_machines
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from approvals.titles.models.amendments import Amendment
from approvals.titles.models.publicity import Announcement, Title
from approvals.titles.models.remedies import Remedy
from assessments.inspections.lifecycle import INSPECTION
from assessments.inspections.models import Inspection
from assessments.post_evaluations import services as postevaluations
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.post_evaluations.models import PostEvaluation
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT
from assessments.versions.models import Receipt
from assessments.yearly_reports.lifecycle import YEARLY_REPORT
from assessments.yearly_reports.models import YearlyReport
from beautiful.reserves.models import ReserveProject
from districts.file.models.district import District
from greendistrict.core import clock, codes, papers
from greendistrict.core.models import PaperCode
from greendistrict.documents.models import Evidence
from greendistrict.workflow.declaration import machines
from outreach.disclosures.models import DisclosureRemedy
from outreach.exchange.models import ExchangeEvent
from outreach.stories.models import Story
from portal.public.selectors import PAPER_KINDS, find
from reports.jobs.models import ExportJob
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.districts import make_district
from tests.factories.reviews import make_table
from tests.factories.stages import make_stage

pytestmark = pytest.mark.django_db
PRINTED = re.compile(r"\b[A-Z2-9]{4}(?:-[A-Z2-9]{4}){4}\b")
NOBODY = "SQ-1999-9999"
FORMS = {"_verify_form.html", "verify.html", "base_public.html", "components.html"}  # where codes are typed, and the gallery
PUBLISHED = {(kind, "announced") for kind in ("SQ", "YS", "CX")}


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """The limit of look-ups is tested elsewhere."""
    monkeypatch.setattr("portal.public.selectors.CHECKS_A_MINUTE", 10_000)


def asked(client, number="", check=""):
    """(status, page below the form, which shows what was typed) of a look-up."""
    answer = client.get(reverse("portal:verify"), {"code": number, "check": check})
    return answer.status_code, answer.content.decode().partition("</main>")[0].rpartition("</form>")[2]


def matters(people):
    """One stored matter of every kind that is numbered, with its machine."""
    district = make_district(people, stage="pilot", titled_on=clock.today())
    common = {"district": district, "opened_at": clock.now()}
    found = []
    for kind, machine in case_machines().items():
        case = Case.objects.create(
            kind=kind, district=district, applicant=people.applicant_body, created_at=clock.now(), created_by=people.preparer
        )
        found.append((case, kind, machine))
    stage = make_stage(people, filled=False)
    table = make_table(people)
    make_district(people, stage="demonstration", titled_on=clock.today())
    sample = postevaluations.commit_sample(year=clock.today().year, demo=True, by=people.secretariat)
    postevaluations.draw(sample=sample, by=people.secretariat)
    found += [
        (SelfCheck.objects.create(year=2025, table=table, **common), "ZC", SELF_CHECK),
        (YearlyReport.objects.create(kind="operation", year=2025, **common), "YY", YEARLY_REPORT),
        (YearlyReport.objects.create(kind="carbon", year=2025, **common), "TH", YEARLY_REPORT),
        (stage, "JD", STAGE_ASSESSMENT),
        (PostEvaluation.objects.get(), "HP", POST_EVALUATION),
        (Inspection.objects.create(mode="onsite", inspected_on=clock.today(), **common), "JC", INSPECTION),
    ]
    return found


def test_in_every_state_the_number_alone_answers_for_published_matters_only(client, people):
    unknown = asked(client, NOBODY)
    assert unknown[0] == 404
    wrong = codes.written(codes.new_code())
    for row, prefix, machine in matters(people):
        number = f"{prefix}-2026-0007"
        type(row).objects.filter(pk=row.pk).update(number=number)
        code = codes.written(papers.give(row))
        for state in machine.states:
            type(row).objects.filter(pk=row.pk).update(status=state.key)
            where = (prefix, state.key)
            alone = asked(client, number)
            assert alone[0] == 200 if where in PUBLISHED else alone == unknown, where
            status, page = asked(client, number, code)
            assert (status, row.district.applicant.name in page) == (200, True), where
        for typed in ((code, ""), ("", code), (number.lower(), code.lower().replace("-", " "))):
            status, page = asked(client, *typed)
            assert (status, row.district.applicant.name in page) == (200, True), (prefix, typed)
        assert [asked(client, *typed)[0] for typed in ((number, wrong), (NOBODY, code))] == [404, 404], prefix


def is_number(field):
    return field.name == "number" and isinstance(field, CharField)


def test_every_kind_that_bears_a_code_and_has_states_is_walked():
    """Titles, announcements, receipts, lists of a case and reports have tests of their own: they are published, or answer to their code."""
    walked = {type(row) for row, _, _ in matters(cast())}
    coded = {kind.model for kind in PAPER_KINDS}
    assert coded - walked == {Title, Announcement, Amendment, Receipt, ExportJob, Evidence}
    # A public page, the number of another body, what is listed: no papers of the city.
    pages = {Story, Remedy, DisclosureRemedy, ExchangeEvent, ReserveProject}
    numbered = {model for machine in machines() for model in [apps.get_model(machine.model)] if any(map(is_number, model._meta.fields))}
    assert numbered - pages <= coded
    assert {kind.model for kind in PAPER_KINDS if kind.published} == {Case, Title, Announcement, Amendment}


def test_an_unpublished_number_costs_what_an_unknown_one_costs(client, kept_queries, people):
    for row, kind, _ in matters(people)[: len(CaseKind)]:
        Case.objects.filter(pk=row.pk).update(number=f"{kind}-2026-0001", status="checking")
        for number in (f"{kind}-2026-0001", f"{kind}-2026-0002"):
            with kept_queries():  # code, cases, titles, announcements by their number and by a corrected one, corrections
                client.get(reverse("portal:verify"), {"code": number})


def test_titles_and_announcements_answer_to_their_numbers(client):
    district = District.objects.create(code="x", name="演示核验城（虚构）", is_demo=True)
    batch = Announcement.objects.create(
        year=2026, batch=1, title="公告", number="演沪建〔2026〕1号", status="published", announced_on=clock.today(), is_demo=True
    )
    draft = Announcement.objects.create(year=2026, batch=2, title="拟稿", number="演沪建〔2026〕2号", is_demo=True)
    Title.objects.create(district=district, kind="pilot", number="CH-2026-0001", historic=True, policy="x", announcement=batch)
    assert "演示核验城（虚构）" in asked(client, "ch-2026-0001")[1]
    for written in ("演沪建〔2026〕1号", "演沪建（2026）1号", "演沪建[2026]1号", "演沪建【2026】 1号"):
        assert "演沪建〔2026〕1号" in asked(client, written)[1]
    assert asked(client, draft.number) == asked(client, NOBODY)


def test_codes_are_long_drawn_at_random_and_easy_to_read():
    drawn = {codes.new_code() for _ in range(200)}
    assert len(drawn) == 200
    assert len(codes.ALPHABET) ** codes.LENGTH > 2**80
    assert not set("ILO01") & set(codes.ALPHABET)
    assert PRINTED.fullmatch(codes.written(drawn.pop()))


def _printed(client, user, name, *args):
    client.force_login(user)
    page = client.get(reverse(name, args=args))
    assert page.status_code == 200
    client.logout()
    return page.content.decode()


def test_every_case_paper_is_known_by_the_code_printed_on_it_and_a_receipt_is_superseded(client):
    filing = Filing().to_accepted()
    case, user = filing.case, filing.people.reviewer
    version = case.table.versions.get()
    assert "办理进度可凭编号和查验码在公众页查询" in _printed(client, user, "reports:letter", "case", case.pk, "acceptance")
    for name, args, number in (
        ("approvals:case_receipt", (case.pk,), case.number),
        ("reports:letter", ("case", case.pk, "acceptance"), case.number),
        ("approvals:case_print", (case.pk,), case.number),
        ("assessments:table_receipt", (case.table_id, version.number), version.receipt.number),
    ):
        (code,) = set(PRINTED.findall(_printed(client, user, name, *args)))
        status, page = asked(client, "", code)
        assert (status, number in page) == (200, True), name
    code = papers.code_of(version.receipt)
    assert find(code).state == papers.PaperStanding.VALID
    type(version).objects.create(table=version.table, number=version.number + 1, content={}, digest="0" * 64, frozen_at=clock.now())
    assert find(code).state == papers.PaperStanding.SUPERSEDED, "by that of a later version"


PAGES = {"YY": "yearly_report", "TH": "yearly_report", "JD": "stage", "HP": "post", "JC": "inspection"}


def test_papers_of_assessments_and_certificates_print_a_code_that_is_known(client, people):
    title = Title.objects.create(district=make_district(people), kind="pilot", number="CH-2026-0009", historic=True, policy="x")
    papers.give(title)
    (code,) = set(PRINTED.findall(_printed(client, people.city_officer, "reports:letter", "title", title.pk, "certificate")))
    assert title.number in asked(client, code)[1]
    for row, prefix, _ in matters(people):
        if prefix not in PAGES:
            continue
        type(row).objects.filter(pk=row.pk).update(number=f"{prefix}-2026-0001", status="issued" if prefix == "JC" else "filed")
        papers.give(row)
        (code,) = set(PRINTED.findall(_printed(client, people.city_officer, f"assessments:{PAGES[prefix]}", row.pk)))
        status, page = asked(client, code)
        assert (status, f"{prefix}-2026-0001" in page) == (200, True), prefix


def test_no_template_promises_a_code_that_it_does_not_print():
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if "查验码" in text and path.name not in FORMS:
            assert "paper_code" in text or "{{ code }}" in text, path
        if path.parent.name != "public" and "文书核验" in text and path.name not in FORMS:
            assert "paper_code" in text, path


def test_a_code_of_before_is_still_known(client, people):
    job = ExportJob.objects.create(kind="annual_city", year=2025, requested_at=clock.now(), requested_by=people.city_officer)
    PaperCode.objects.create(code="9F1B2C3D4E5F60718293A4B5C6D7E8F9", subject=f"reports.exportjob:{job.pk}")
    status, page = asked(client, "9f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")
    assert (status, "全市2025年度评估报告" in page) == (200, True)
    assert papers.give(job) == "9F1B2C3D4E5F60718293A4B5C6D7E8F9", "what was printed stays"


def test_one_of_each_registered_kind_is_verified_by_anybody(client, people):
    made = {type(row): row for row, _, _ in matters(people)}
    today, now, officer = clock.today(), clock.now(), people.city_officer
    batch = Announcement.objects.create(
        year=2026, batch=9, title="公告", number="演沪建〔2026〕9号", status="published", announced_on=today, is_demo=True
    )
    paper = {"number": "演沪建〔2026〕10号", "published_on": today, "published_at": now, "proposed_at": now, "proposed_by": officer}
    district = District.objects.create(code="y", name="演示称号城（虚构）", is_demo=True)
    made |= {
        Announcement: batch,
        Amendment: Amendment.objects.create(announcement=batch, kind="withdraw", reason="演示", status="published", **paper),
        Title: Title.objects.create(district=district, kind="pilot", number="CH-2026-0009", historic=True, policy="x"),
        Evidence: take_list(case=Filing(people).case, slot="key-projects", by=people.preparer).document,
        Receipt: Filing(people).to_accepted().case.table.versions.get().receipt,
        ExportJob: ExportJob.objects.create(
            kind="annual_city", year=2025, state="done", requested_at=now, finished_at=now, requested_by=officer
        ),
    }
    assert made.keys() == {kind.model for kind in PAPER_KINDS}
    for model, row in made.items():
        status, page = asked(client, "", codes.written(papers.give(row)))
        assert (status, "状态" in page, "有效" in page) == (200, True, True), model


def test_a_title_holds_until_it_ends_and_so_does_the_decision_that_granted_it(client, people):
    row = next(row for row, kind, _ in matters(people) if kind == "SQ")
    Case.objects.filter(pk=row.pk).update(number="SQ-2026-0001", status="announced")
    Title.objects.filter(district=row.district).delete()
    title = Title.objects.create(district=row.district, kind="pilot", number="CH-2026-0001", case=row, policy="x")
    papers.give(title)
    ends = {"": "有效", "superseded": "已被更新版本替代", "cancelled": "已撤销", "revoked": "已撤销", "withdrawn": "已撤销"}
    for end, word in ends.items():
        Title.objects.filter(pk=title.pk).update(end=end, ended_on=clock.today() if end else None)
        for number in (title.number, "SQ-2026-0001"):
            status, page = asked(client, number)
            assert (status, f">{word}</span>" in page) == (200, True), (number, end)


def test_what_was_taken_back_is_revoked_and_an_unproved_title_states_nothing(client, people):
    row = next(row for row, kind, _ in matters(people) if kind == "SQ")
    for status in ("withdrawn", "discarded"):
        Case.objects.filter(pk=row.pk).update(status=status)
        assert find(papers.give(row)).state == papers.PaperStanding.REVOKED
    district = District.objects.create(code="z", name="演示未明城（虚构）", is_demo=True)
    Title.objects.create(district=district, kind="pilot", number="CH-2026-0003", historic=True, policy="x", standing_certainty="unknown")
    page = asked(client, "CH-2026-0003")[1]
    assert "现状未查明" in page
    assert "有效" not in page
