"""Each button of each form that has several stores all that was typed, or shows it again."""

import re
from functools import partial
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.opinions.models import ReviewOpinion
from approvals.titles.models.publicity import Announcement
from districts.indicator_systems.models import IndicatorRow, IndicatorSystem
from districts.plots.models import Plot
from greendistrict.accounts import proposals
from greendistrict.accounts.models import KeeperProposal, User
from greendistrict.core import clock
from greendistrict.core.paging import PAGE_ROWS
from greendistrict.signin import stamps
from greendistrict.signin.models import LinkedIdentity
from obligations.batch import BatchWay
from outreach.common.models import FilingKind, HeldFiling
from reports.jobs.kinds import report_kinds
from tests.factories.districts import make_district
from tests.indicators.entry import test_entry
from tests.pages.buttons import forms_of, pressed
from tests.pages.world import NOW, connected_to
from tests.portal.writes import undone
from tests.reports.world import KIND, name_sheet

TEMPLATES = Path(__file__).parents[2] / "templates"
BAMBOO = "/districts/yan-shi-zhu-yuan-qu-xu-gou"


def seat(username):
    return User.objects.get(username=username)


def announcement():
    made = Announcement.objects.create(year=2027, batch=99, title="演示批次", is_demo=True, approved_at=NOW)
    return seat("city-officer"), f"/cases/announcements/{made.pk}/edit/"


def proposal():
    values = {"kind": proposals.ACTIVITY, "words": "停用", "data": {"active": False}, "reason": "调离（虚构）"}
    KeeperProposal.objects.create(person=seat("preparer"), proposed_by=seat("security-keeper"), proposed_at=NOW, **values)
    return seat("audit-keeper"), "/accounts/proposals/"


def held():
    values = {"number": "DL-2027-9999", "digest": "d", "origin": "o", "network": "n", "words": "{}"}
    HeldFiling.objects.create(kind=FilingKind.OPINION, filed_at=NOW, is_demo=True, **values)
    return seat("city-officer"), "/filings/all/"


def opinion():
    ReviewOpinion.objects.filter(case=11).update(status="replied", reply="已补充（虚构）")
    return seat("secretariat"), "/cases/11/opinions/"


def form_review():
    Case.objects.filter(pk=9).update(status="accepted", form_review={})
    return seat("city-officer"), "/cases/9/form-review/"


def indicator_row():
    system = IndicatorSystem.objects.get(district__code="yan-shi-xin-cheng-qu-xu-gou")
    IndicatorSystem.objects.filter(pk=system.pk).update(status="draft")
    first, second = system.rows.filter(taking_part=True)[:2]
    IndicatorRow.objects.filter(pk=second.pk).update(department="")
    return seat("preparer"), f"/districts/yan-shi-xin-cheng-qu-xu-gou/indicators/{system.number}/rows/{first.pk}/"


def split():
    plot = Plot.objects.filter(district__code="yan-shi-zhu-yuan-qu-xu-gou").first()
    half = {"area": plot.area_ha / 2, "floor": plot.floor_area / 2}
    parts = {f"{name}_{at}": value for at in (1, 2) for name, value in {"number": f"甲{at}", **half}.items()}
    return seat("preparer"), f"{BAMBOO}/plots/{plot.pk}/changes/split/", parts


def batch():
    wish = {"key": "self_check:27:2024", "way": BatchWay.EXTEND_TO, "extended_to": "2027-06-30", "reason": "演示（虚构）"}
    return seat("city-director"), "/obligations/batch/", wish


def many_districts():
    for number in range(PAGE_ROWS + 1):
        make_district(name=f"演示远方{number}城（虚构）")
    return seat("city-officer"), reverse("reports:report_request", args=[KIND])


def unlinked():
    return seat("security-keeper"), f"/accounts/people/{seat('preparer').pk}/identity/"


def linked(username="preparer"):
    person = seat(username)
    LinkedIdentity.objects.create(user=person, linked_by=person, issuer=OIDC["OIDC_ISSUER"], subject="p1", linked_at=NOW)
    return seat("security-keeper"), f"/accounts/people/{person.pk}/identity/"


def chapter():
    officer = seat("city-officer")
    client = _client(officer)
    made = test_entry.add(client, test_entry.begin(client), "5", "用地", 3)
    return officer, test_entry.page(made), {"pasted": test_entry.SITE, "do": "look", "version": made.version, **test_entry.FILL}


# template that the form stands in → who opens which page of the stored world, or what makes a page of it; several where a page shows one
# of the buttons at a time
PAGES = {
    "approvals/applications/case_form_review.html": form_review,
    "districts/indicator_systems/indicator_row.html": indicator_row,
    "approvals/letter_texts/letter_text.html": ("city-legal", "/cases/letter-texts/contact/"),
    "accounts/proposal_list.html": proposal,
    "approvals/publicity/announcement_edit.html": announcement,
    "assessments/evidence/_drawer_evidence.html": ("preparer", "/assessments/tables/12/rows/4.1.1/evidence/"),
    "assessments/opinions/opinions.html": opinion,
    "assessments/reviews/_meeting_said.html": ("expert1", "/assessments/reviews/8/meeting/"),
    "assessments/reviews/paper_check.html": ("secretariat2", "/assessments/reviews/9/members/5/paper/check/"),
    "assessments/score_page/_score_find_many.html": ("preparer", "/assessments/self-checks/8/check/"),
    "districts/plot_changes/plot_change_confirm.html": split,
    "indicators/what_if/what_if.html": ("city-officer", "/standards/what-if/?edition=5&kind=new&stage=planning"),
    "indicators/entry/entry_chapter.html": chapter,
    "obligations/obligation_batch.html": batch,
    "outreach/quarantine/held_list.html": held,
    "reports/center/report_request.html": many_districts,
    "approvals/settings/setting.html": ("city-officer", "/cases/settings/plan_due/"),
    "assessments/reviews/_member_out.html": ("secretariat", "/assessments/reviews/8/meeting/"),
    "assessments/reviews/paper_type.html": ("secretariat", "/assessments/reviews/9/members/1/paper/"),
    "assessments/self_checks/base_report.html": ("preparer", "/assessments/self-checks/12/report/"),
    "assessments/share_page/share_by_department.html": ("preparer", "/assessments/tables/37/shares/by-department/"),
    "components/action_form.html": ("city-officer", "/assessments/inspections/1/"),
    "components/edit_card.html": ("preparer", f"{BAMBOO}/key-projects/new/"),
    "districts/profile/profile_edit.html": ("preparer", "/districts/yan-shi-hu-pan-qu-xu-gou/profile/"),
    "districts/special_plans/plan_edit.html": ("preparer", "/districts/yan-shi-hu-pan-qu-xu-gou/plan/"),
    "districts/special_plans/plan_section.html": ("preparer", f"{BAMBOO}/plan/sections/strategies/"),
    "signin/identity_of.html": [unlinked, linked, partial(linked, "system-keeper")],
    "obligations/obligation_urge.html": ("authority", "/obligations/urge/?key=operation_report%3A28%3A2024&asked="),
}

OIDC = {f"OIDC_{name}": "https://sso.example" for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")}
SETTINGS = {"signin/identity_of.html": OIDC}
HEADERS = {"assessments/evidence/_drawer_evidence.html": {"HX-Request": "true"}}
# Buttons that are meant to let go of what was typed, and files that are read but never stored.
LET_GO = {
    "assessments/evidence/_drawer_evidence.html": {"remove"},
    "indicators/entry/entry_chapter.html": {"workbook"},
    "indicators/what_if/what_if.html": {"values"},
    "reports/center/report_request.html": {"words"},  # what was looked for, when the report is asked for
}


@pytest.fixture(scope="module")
def world(stored, django_db_blocker):
    with django_db_blocker.unblock(), connected_to(stored):
        yield


def _client(user):
    client = Client()
    client.force_login(user)
    session = client.session
    stamps.begin(session)
    session.save()
    return client


@pytest.mark.parametrize("template", PAGES)
def test_no_button_drops_what_was_typed(world, template, settings, monkeypatch):
    monkeypatch.setitem(report_kinds.by_key, KIND, name_sheet())  # every district has one, also those that a page is filled with
    for name, value in SETTINGS.get(template, {}).items():
        setattr(settings, name, value)
    ways = PAGES[template] if isinstance(PAGES[template], list) else [PAGES[template]]
    least = 1 if len(ways) > 1 else 2
    tried = [presses(template, made, least) for made in ways]
    assert all(len(presses) >= least for presses in tried)
    assert [one for presses in tried for one in presses if one] == []


def presses(template, made, least):
    """For each button of a page: what it dropped. What one has done is taken back before the next is pressed."""
    found = []
    with clock.at(NOW), undone():
        user, page, *asked = made() if callable(made) else (seat(made[0]), made[1])
        client = _client(user)
        opened = client.post(page, *asked) if asked else client.get(page, headers=HEADERS.get(template))
        for form in forms_of(page, opened.content, least):
            for button in form.buttons:
                with undone():
                    answer, lost = pressed(_client(user), form, button)
                lost = [name for name in lost if not LET_GO.get(template, set()) & {name, button[2]}]
                found.append([(button, answer.status_code, lost)] if lost else [])
    return found


INCLUDED = re.compile(r'{%-?\s*include\s+"([^"]+)"[^%]*%}')
FORM, BUTTON = re.compile(r"<form\b.*?</form>", re.DOTALL), re.compile(r'<button\b(?![^>]*(?:type="button"|disabled hidden))')
FIELD = re.compile(r'<textarea|<input(?![^>]*type="(?:hidden|checkbox|radio)")|as_field_group|{{ (?:field|form)[ .}]')


def _whole(text, depth=0):
    """The template with what it includes by name."""
    return INCLUDED.sub(lambda found: _whole((TEMPLATES / found[1]).read_text(), depth + 1) if depth < 4 else "", text)


def test_every_form_with_several_buttons_is_pressed():
    found = set()
    for path in TEMPLATES.rglob("*.html"):
        own = path.read_text()
        for form in FORM.findall(own):
            if len(BUTTON.findall(_whole(form))) > 1 and FIELD.search(_whole(form)):
                found.add(str(path.relative_to(TEMPLATES)))
    assert found == set(PAGES)
