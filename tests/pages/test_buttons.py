"""Each button of each form that has several stores all that was typed, or shows it again."""

import re
from pathlib import Path

import pytest
from django.test import Client

from approvals.titles.models.publicity import Announcement
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.signin import stamps
from tests.pages.buttons import forms_of, pressed
from tests.pages.world import NOW, stored_world
from tests.portal.writes import undone

TEMPLATES = Path(__file__).parents[2] / "templates"
BAMBOO = "/districts/yan-shi-zhu-yuan-qu-xu-gou"
# template that the form stands in → who opens which page of the stored world
PAGES = {
    "approvals/letter_texts/letter_text.html": ("city-legal", "/cases/letter-texts/contact/"),
    "approvals/publicity/announcement_edit.html": ("city-officer", "/cases/announcements/{batch}/edit/"),
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
    "obligations/obligation_urge.html": ("authority", "/obligations/urge/?key=operation_report%3A28%3A2024&asked="),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory, django_db_blocker):
    with django_db_blocker.unblock(), stored_world(tmp_path_factory.mktemp("pages") / "portal"):
        yield


def _client(username):
    client, user = Client(), User.objects.get(username=username)
    client.force_login(user)
    session = client.session
    stamps.begin(session)
    session.save()
    return client


@pytest.mark.parametrize("template", PAGES)
def test_no_button_drops_what_was_typed(world, template):
    seat, address = PAGES[template]
    tried, dropped = 0, []
    while True:
        with clock.at(NOW), undone():
            batch = Announcement.objects.create(year=2027, batch=99, title="演示批次", is_demo=True, approved_at=NOW)
            client, page = _client(seat), address.format(batch=batch.pk)
            forms = forms_of(page, client.get(page).content)
            ways = [(form, button) for form in forms for button in form.buttons]
            if tried == len(ways):
                break
            form, button = ways[tried]
            answer, lost = pressed(client, form, button)
            dropped += [(button, answer.status_code, name) for name in lost]
            tried += 1
    assert tried > 1
    assert not dropped


# Forms with several buttons that are pressed elsewhere, or of which a button is meant to let go of what was typed.
ELSEWHERE = {
    "accounts/proposal_list.html": "tests/accounts/test_proposals.py",
    "assessments/evidence/_drawer_evidence.html": "the other button takes the file itself away",
    "assessments/opinions/opinions.html": "one step form for both buttons, as components/action_form.html",
    "assessments/reviews/_meeting_said.html": "tests/assessments/reviews/test_review_meeting.py",
    "assessments/reviews/paper_check.html": "one step form for both buttons, as components/action_form.html",
    "assessments/score_page/_score_find_many.html": "both buttons confirm with the same text",
    "districts/plot_changes/plot_change_confirm.html": "carries what the page before it took, as hidden fields",
    "indicators/what_if/what_if.html": "stores nothing; a file that is loaded takes the place of what was typed",
    "obligations/obligation_batch.html": "previews, then decides the same form; tests/obligations/test_reminder_decisions.py",
    "outreach/quarantine/held_list.html": "tests/outreach/test_quarantine.py",
    "signin/identity_of.html": "one of two buttons is shown",
}
INCLUDED = re.compile(r'{%-?\s*include\s+"([^"]+)"[^%]*%}')
FORM, BUTTON = re.compile(r"<form\b.*?</form>", re.DOTALL), re.compile(r'<button\b(?![^>]*type="button")')
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
    assert found == {*PAGES, *ELSEWHERE}
