"""Every step of an application: the pages tell of exactly those who get a message; an old form changes nothing."""

import pytest
from django.urls import reverse

from approvals.applications.lifecycle import APPLICATION
from approvals.applications.procedure import APPLICATION_STEPS
from approvals.cases.lifecycle.machines import machine_of
from approvals.cases.models.cases import Case, Finding
from approvals.requests.services.requests import ProxyEntry
from assessments.reviews.models.review import Review
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.models import Evidence
from greendistrict.policy.models import Setting
from greendistrict.workflow.procedure import receivers
from tests.approvals.casework.casewalk import ENTRY, CaseWalk, facts_asked, walk_steps
from tests.factories.approvals import Filing, pdf, step

pytestmark = pytest.mark.django_db
STATES = {
    "draft": Filing,
    "signing": lambda: Filing().to_signing(),
    "endorsing": lambda: Filing().to_endorsing().endorse(),
    "sent": lambda: Filing().to_sent(),
    "correcting": lambda: Filing().to_correcting().answer_all(),
    "accepted": lambda: Filing().to_accepted().check_form(),
    "reviewing": lambda: Filing().to_reviewing(),
    "revising": lambda: Filing().to_reviewed("revise"),
    "reviewed": lambda: Filing().to_reviewed(),
    "notice": lambda: Filing().to_notice().end_notice(),
    "checking": lambda: Filing().to_checking(),
    "deciding": lambda: Filing().to_deciding(),
}
OF_PAGES = {"correct", "announce"}  # steps that are taken on pages of their own
UNCHECKED = {"approval_chain.default": ["经办", "审定"]}
ADVERSE = {"approval_chain.cancel_or_revoke": ["经办", "法制审核", "审定"]}
SILENT = {"publicity.on": False}
# action, source → (conclusion, settings) without which something stands against it
ONLY_WITH = {
    ("recheck", "reviewed"): ("passed_after", {}),
    ("to_check", "reviewed"): ("passed", SILENT),
    ("to_decide", "reviewed"): ("passed", {**UNCHECKED, **SILENT}),
    ("to_legal_at_once", "reviewed"): ("failed", ADVERSE),
    ("close_notice_to_decide", "notice"): ("passed", UNCHECKED),
    ("to_legal", "checking"): ("failed", {}),
    ("legal_agree", "legal"): ("failed", {}),
    ("legal_return", "legal"): ("failed", {}),
    ("withdraw", "legal"): ("failed", {}),
    ("enter_withdrawal", "legal"): ("failed", {}),
}


def typed(**more):
    """What is typed into the forms of the steps, on the day of the test."""
    day = clock.today().isoformat()
    decision = {"number": "演决7", "decided_on": day}
    return {
        "decide": decision,
        "decide_failed": decision,
        "recheck": {"on": day, "note": "组长已复核"},
        "open_notice": {"opens_on": day, "body": "拟授予称号（虚构）"},
        **dict.fromkeys(("enter_sign", "enter_send_up", "enter_withdrawal"), ENTRY),
        **more,
    }


def ordinary(machine, state, only_with=ONLY_WITH):
    """Steps out of a state that its people take as things stand."""
    return [
        one.action for one in machine.leaving(state) if one.seats and one.action not in OF_PAGES and (one.action, state) not in only_with
    ]


WALKED = [
    *((APPLICATION, action, state) for state in STATES for action in ordinary(APPLICATION, state)),
    *((APPLICATION, *name) for name in ONLY_WITH),
]


def set_to(filing, conclusion, settings):
    """The panel's conclusion and the settings of the policy."""
    Review.objects.filter(pk=filing.case.review_id).update(conclusion=conclusion)
    for key, value in settings.items():
        Setting.objects.create(key=key, value=value, reason="测试", by=filing.people.city_director, at=clock.now())


@pytest.mark.parametrize("state", STATES)
def test_those_the_pages_name_get_the_message_and_an_old_form_changes_nothing(client, state):
    filing = STATES[state]()
    answers = {f"answer-{row.pk}": "已盖章" for row in Finding.objects.all()}
    walk_steps(client, filing.people, filing.case, ordinary(APPLICATION, state), typed(enter_answer={**ENTRY, **answers}))


@pytest.mark.parametrize("name", ONLY_WITH, ids="-".join)
def test_the_same_where_conclusion_or_settings_lead_elsewhere(client, name):
    action, source = name
    filing = STATES["checking" if source == "legal" else source]()
    Case.objects.filter(pk=filing.case.pk).update(status=source)
    set_to(filing, *ONLY_WITH[name])
    walk_steps(client, filing.people, filing.case, [action], typed())


def asks_corrections(client, filing):
    """The page of its own with which corrections are asked for: an old form, then a fresh one."""
    moved = CaseWalk(client, filing.people, machine_of(filing.case), filing.case, "correct")
    moved.url, moved.values = reverse("approvals:case_correct", args=[filing.case.pk]), {"slot-1": "application", "text-1": "缺图"}
    moved.known = set(moved.arrived())
    client.force_login(filing.people.city_officer)
    old = moved.post(moved.obj.version - 1)
    assert (old.status_code, "缺图" in old.content.decode(), moved.arrived()) == (409, True, {})
    moved.takes_it(filing.people.city_officer, receivers(moved.obj, "correct", filing.case.status).words)


@pytest.mark.parametrize("state", ["sent", "accepted"])
def test_a_correction_is_told_as_the_step_says(client, state):
    asks_corrections(client, STATES[state]())


def test_each_row_computes_what_the_guards_of_its_step_ask():
    assert facts_asked(APPLICATION_STEPS) == {}


def test_nothing_is_stored_of_a_decision_that_is_refused():
    filing = Filing().to_deciding()
    Review.objects.filter(pk=filing.case.review_id).update(conclusion="failed")
    files = Evidence.objects.count()
    with pytest.raises(Refused, match="专家技术审查未通过"):
        filing.do("decide", "city_director", number="演决7", decided_on=clock.today(), scan=pdf())
    assert (filing.fresh().decided_on, filing.case.decision_number, Evidence.objects.count()) == (None, "", files)


def test_a_refused_signature_from_paper_leaves_neither_entry_nor_scan():
    filing = Filing().to_signing()
    filing.district.key_projects.all().delete()
    files, entry = Evidence.objects.count(), {"way": "paper", "received_on": clock.today(), "on_behalf": "演示", "note": "", "scan": pdf()}
    with pytest.raises(Refused):
        step("enter_sign", case=filing.case, by=filing.people.city_officer, entry=ProxyEntry(**entry))
    assert (filing.case.paper_entries.count(), Evidence.objects.count()) == (0, files)
