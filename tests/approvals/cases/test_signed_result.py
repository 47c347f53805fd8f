"""The district's own result beside what is signed: a star that it does not reach, every kind of change, who may not see it."""

from itertools import cycle

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.reasons import SHORT_OF_STAR, reason_title
from approvals.changes import services as changes
from approvals.changes.change_kinds import change_kinds
from approvals.changes.models import Change
from greendistrict.core.errors import Refused
from tests.factories.acceptance import Accepting
from tests.factories.approvals import REASONS, Filing, lay_papers
from tests.factories.assessments import make_self_check
from tests.matters.signed import figures, lines, of_the_table, worsen
from tests.steps import step

WHY = "以保留建筑改造为主，仍按二星级申报（虚构）"
ANY = {"plot": "A", "typed": {}, "on": "2026-07-01", "document_number": "", "read": ""}  # kinds refuse it, and show what was signed


@pytest.mark.parametrize("made", [Filing, Accepting])
def test_a_star_that_is_not_reached_wants_a_reason_that_goes_up_with_the_case(preparer, people, made):
    walk = made(people)
    worsen(walk.case.table)
    check = reverse("approvals:case_check", args=[walk.case.pk])
    answer = preparer.get(check)
    blocked = next(one for one in answer.context["offered"] if one.action == "hand_up")
    assert [one.text for one in blocked.refusals] == ["自评未达到申报星级，须写明理由"]
    assert f'id="{blocked.refusals[0].href.partition("#")[2]}"' in answer.content.decode()
    with pytest.raises(Refused, match="须写明理由"):
        walk.do("hand_up", "preparer")
    typed = {f"reason-{name}": text for name, text in {**REASONS, SHORT_OF_STAR: WHY}.items()}
    assert preparer.post(check, {"version": walk.case.version, "star_asked": "2", **typed}).status_code == 302
    walk.fresh()
    walk.to_signing().do("sign", "reviewer")
    assert walk.case.submissions.get().content["reasons"][SHORT_OF_STAR] == WHY
    printed = preparer.get(reverse("approvals:case_print", args=[walk.case.pk])).content.decode()
    assert (reason_title(SHORT_OF_STAR) in printed, WHY in printed) == (True, True)


def test_a_change_shows_the_comparison_and_the_newest_result_where_it_is_signed(client, people):
    check = make_self_check(people, year=2025)
    step(check, "hand_up", people.preparer)
    step(check, "sign", people.reviewer)
    case = changes.start_change(district=check.district, kind="target_star", by=people.preparer)
    changes.save_change(case=case, by=people.preparer, values={"star": 3}, reason="规划调整（虚构）")
    lay_papers(case)
    step(case, "hand_up", people.preparer)
    for seat, action in (("reviewer", "sign"), ("city_officer", "to_check")):
        client.force_login(getattr(people, seat))
        answer = client.get(reverse("approvals:case_action", args=[case.pk, action]))
        assert ("变更前后对照" in answer.content.decode(), lines(answer)["目标星级"]) == (True, "三星级")
        assert figures(answer) == of_the_table(client, check.table)
        if action == "sign":
            step(case, "sign", people.reviewer)
    wanted = of_the_table(client, check.table)
    signed = (("officer", "to_check", "sent"), ("checker", "agree", "checking"), ("director", "decide", "deciding"))
    for kind, (seat, action, state) in zip(change_kinds(), cycle(signed), strict=False):
        compared = {"what": f"演示{kind.key}", "before": "原来", "after": "以后"}
        Change.objects.filter(case=case).update(kind=kind.key, values=ANY, lines=[compared], effects=[])
        Case.objects.filter(pk=case.pk).update(status=state)
        client.force_login(getattr(people, f"city_{seat}"))
        answer = client.get(reverse("approvals:case_action", args=[case.pk, action]))
        assert (compared["what"] in answer.content.decode(), figures(answer)) == (True, wanted), kind.key


def test_who_may_not_see_the_table_sees_no_figure(client, people):
    filing = Filing(people)
    case = reverse("approvals:case", args=[filing.case.pk])
    filing.to_sent().do("accept", "city_officer")
    for seat, user in people.everybody.items():
        client.force_login(user)
        opens = client.get(reverse("assessments:score_table", args=[filing.case.table_id])).status_code == 200
        answer = client.get(case)
        if answer.status_code == 200:
            assert (seat, bool(lines(answer))) == (seat, opens)
