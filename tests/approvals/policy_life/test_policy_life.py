"""What becomes of cases, titles and duties when the policy ends: extended, replaced, lapsed; registered on a page by two persons."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.acceptances.facts import gates_of
from approvals.applications.facts import verdicts_of
from approvals.policy_life.models import PolicyDocument
from districts.common.enums import Stage
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.policy.engine import NoPolicyInForce
from greendistrict.policy.in_force import policy_in_force
from obligations.selectors import obligations_visible_to
from tests.factories.approvals import Filing, pdf
from tests.factories.districts import make_district
from tests.factories.titles import title_as_copied

pytestmark = pytest.mark.django_db
POLICY, AFTER = "沪住建规范联〔2023〕13号", dt.date(2028, 10, 9)
TYPED = {
    "policy": POLICY, "title": "关于绿色生态城区指导意见的通知（虚构）", "number": "演〔2026〕1号", "issued_on": "2026-01-08",
    "on": "2026-01-08", "changes": "一、（虚构）", "finishing": "false",
}  # fmt: skip
WORLDS = {
    "extended": {**TYPED, "kind": "extend", "until": "2033-09-30"},
    "replaced": {**TYPED, "kind": "replace", "on": "2028-10-01", "finishing": "true"},
    "ended": {**TYPED, "kind": "end", "on": "2028-10-01"},
    "lapsed": None,
}


def registered(client, people, typed):
    """A document typed by the officer on the page, checked by another person of the city."""
    client.force_login(people.city_officer)
    page = reverse("approvals:policy_documents")
    assert client.post(page, {**typed, "document": pdf()}).status_code == 302, client.post(page, typed).context["form"].errors
    row = PolicyDocument.objects.get()
    assert row.document is not None
    client.force_login(people.city_checker)
    assert client.post(reverse("approvals:policy_document_check", args=[row.pk]), {"times_changed": "0"}).status_code == 302
    return row


def refused(function, *arguments):
    with pytest.raises(NoPolicyInForce) as found:
        function(*arguments)
    return str(found.value.refusals[0])


@pytest.mark.parametrize("world", WORLDS)
def test_running_cases_titles_and_duties_after_the_last_day(client, world):
    filing = Filing().to_accepted()
    people, case = filing.people, filing.case
    titled = make_district(people, stage=Stage.PILOT, star=2, titled_on=dt.date(2026, 3, 2))
    title_as_copied(titled)
    title = titled.titles.get()
    if WORLDS[world]:
        registered(client, people, WORLDS[world])
    with clock.at(dt.datetime.combine(AFTER, dt.time(9), tzinfo=clock.SHANGHAI)):
        title.refresh_from_db()
        titled.refresh_from_db()
        assert (title.end, titled.stage) == ("", Stage.PILOT), "a title outlives the document under which it was granted"
        owed = obligations_visible_to(Viewer(people.city_officer), {titled.pk})
        assert any(row.kind == "self_check" for row in owed), "and so do the duties of who holds it"
        if world == "extended":
            assert policy_in_force(AFTER).expires == dt.date(2033, 9, 30)
            assert gates_of(titled, AFTER)
        else:
            words = refused(gates_of, titled, AFTER)
            assert "2028年9月30日" in words
            assert ("演〔2026〕1号" in words) == (world != "lapsed")
        if world in {"extended", "replaced"}:
            assert verdicts_of(case, AFTER), "accepted cases are finished under the old document where the new one says so"
        else:
            refused(verdicts_of, case, AFTER)
    assert policy_in_force(dt.date(2028, 9, 30)).code == POLICY, "whatever comes, the last day is the policy's"


def test_the_policy_page_says_what_follows_and_what_was_registered(client, people):
    page = client.get(reverse("portal:public_policy")).content.decode()
    assert "平台的处理，《指导意见》没有写，以市级登记的文件为准" in page
    for words in ("延长有效期", "由新文件替代", "期满失效", "称号继续有效，按原文件注明依据"):
        assert words in page
    registered(client, people, WORLDS["extended"])
    client.force_login(people.preparer)
    page = client.get(reverse("policy:rule_list")).content.decode()
    assert "演〔2026〕1号" in page
    assert "2033年9月30日" in page
    assert AuditRecord.objects.filter(action__in=("policy.register_document", "policy.check_document")).count() == 2


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "extend", "until": ""}, "until"), ({"kind": "extend", "until": "2028-01-01"}, "until"),
        ({"kind": "end", "on": "2023-01-01"}, "on"), ({"kind": "end", "issued_on": "2100-01-01"}, "issued_on"),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_is_refused_at_its_field(client, people, typed, field):
    client.force_login(people.city_legal)
    answer = client.post(reverse("approvals:policy_documents"), {**TYPED, **typed, "document": pdf()})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not PolicyDocument.objects.exists()


def test_only_the_city_sees_what_is_not_checked_and_only_officer_and_legal_register(client, people):
    for person, status in ((people.preparer, 404), (people.city_checker, 200), (people.city_legal, 200)):
        client.force_login(person)
        answer = client.get(reverse("approvals:policy_documents"))
        assert answer.status_code == status
        if status == 200:
            assert (answer.context["form"] is not None) == (person == people.city_legal)
