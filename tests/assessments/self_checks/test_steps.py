"""Every step of a self-check: the page tells of exactly those who get a message; an old form changes nothing."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from assessments.self_checks.lifecycle import SELF_CHECK
from greendistrict.core.models import PaperCode
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import procedure_of
from tests.factories.assessments import make_self_check
from tests.steps import Walk, step, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(SELF_CHECK)
WAYS = {
    "draft": (),
    "signing": (("hand_up", "preparer"),),
    "countersigning": (("hand_up", "preparer"), ("sign_for_countersign", "reviewer")),
    "filed": (("hand_up", "preparer"), ("sign", "reviewer")),
    "returned": (("hand_up", "preparer"), ("sign", "reviewer"), ("return", "city_officer")),
}


def brought_to(people, state, **kw):
    check = make_self_check(people, **kw)
    for action, seat in WAYS[state]:
        step(check, action, getattr(people, seat), reason="请补充")
    OutboxMessage.objects.all().delete()
    return check


@pytest.mark.parametrize(("machine", "action", "source"), STEPS, ids=[f"{action}-{source}" for _, action, source in STEPS])
def test_an_old_form_changes_nothing_and_a_fresh_one_tells_those_the_page_names(client, people, machine, action, source):
    wanted = source == "countersigning" or action == "sign_for_countersign"
    check = brought_to(people, source, countersign_required=wanted)
    page = reverse("assessments:selfcheck", args=[check.pk])
    walk = Walk(client, people, machine, check, action, page, reverse("assessments:selfcheck_action", args=[check.pk]))
    walk.refuses_an_old_form()
    check.refresh_from_db()
    walk.holds_its_promise()


def posted(client, check, version, action, **more):
    address = reverse("assessments:selfcheck_action", args=[check.pk])
    return client.post(address, {"action": action, "version": version, **more})


def test_a_submission_signed_anew_is_not_received_from_the_page_of_the_first(client, people):
    check = brought_to(people, "filed")
    client.force_login(people.city_officer)
    page = client.get(reverse("assessments:selfcheck", args=[check.pk])).content.decode()
    seen = check.version
    assert f'name="version" value="{seen}"' in page
    step(check, "recall", people.reviewer, reason="数据有误")
    again = posted(client, check, seen, "return", item=["7.2.7"], finding=["缺计算书（虚构）"], reason="请补充")
    assert again.status_code == HTTPStatus.CONFLICT
    assert "缺计算书（虚构）" in again.content.decode(), "what was typed is there, though there is nothing to return now"
    for action, seat in WAYS["filed"]:
        step(check, action, getattr(people, seat))
    assert posted(client, check, seen, "receive").status_code == HTTPStatus.CONFLICT
    check.refresh_from_db()
    assert (check.status, check.received_at) == ("filed", None)
    assert [version.counts for version in check.table.versions.all()] == [False, False]
    assert posted(client, check, check.version, "receive").status_code == HTTPStatus.FOUND
    assert [(version.number, version.counts) for version in check.table.versions.all()] == [(2, True), (1, False)]


def test_the_check_before_submission_posts_its_version(client, people):
    check = brought_to(people, "draft")
    client.force_login(people.preparer)
    address = reverse("assessments:selfcheck_check", args=[check.pk])
    assert f'name="version" value="{check.version}"' in client.get(address).content.decode()


def test_what_signing_says_it_makes_is_made(people):
    check = brought_to(people, "signing")
    makes = {action: row.makes for action, row in procedure_of(check).steps.items() if row.makes}
    assert makes == dict.fromkeys(("sign", "sign_for_countersign"), ("number", "paper_code", "version"))
    step(check, "sign", people.reviewer)
    assert check.number.startswith("ZC-")
    assert PaperCode.objects.filter(subject=f"assessments.selfcheck:{check.pk}").exists()
    assert check.table.versions.get().content["number"] == check.number
