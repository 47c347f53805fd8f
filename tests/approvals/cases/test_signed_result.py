"""Who hands up, signs, endorses or accepts sees the district's own result, with the figures of the score table's own page."""

import html
import re

import pytest
from django.urls import reverse

from approvals.applications.services import drafts
from approvals.cases.models.cases import Case
from approvals.cases.reasons import SHORT_OF_STAR, reason_label, reason_title
from approvals.changes import services as changes
from approvals.changes.kinds import change_kinds
from approvals.changes.models import Change
from assessments.tables.models import RowEvidence, ScoreRow
from greendistrict.core.errors import Refused
from tests.factories.acceptance import Accepting
from tests.factories.approvals import REASONS, Filing, lay_papers
from tests.factories.assessments import make_self_check
from tests.factories.stages import make_stage
from tests.steps import step

CONTROL = "7.1.1"
WHY = "以保留建筑改造为主，仍按二星级申报（虚构）"
ANY = {"plot": "A", "typed": {}, "on": "2026-07-01", "document_number": "", "read": ""}  # kinds refuse it, and show what was signed
VALUES = {"total": r"([\d.]+)分", "failing": r"(\d+)条不满足", "unproven": r"(\d+)条缺佐证", "noted": r"(\d+)处提示"}


def worsen(table):
    """A control item that fails, and clauses that nothing proves."""
    ScoreRow.objects.filter(table=table, item_id=CONTROL).update(value="50")
    RowEvidence.objects.filter(row__table=table).delete()
    return table


def lines(answer) -> dict[str, str]:
    """The own result on a page by line; empty where the page does not show it."""
    found = re.search(r'id="own-result">(.*?)</dl>', answer.content.decode(), re.DOTALL)
    parts = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", found[1], re.DOTALL) if found else []
    return {name: re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", words))) for name, words in parts}


def figures(answer) -> dict[str, str]:
    said = "　".join(f"{name}{words}" for name, words in lines(answer).items())
    return {name: found[1] if (found := re.search(pattern, said)) else "" for name, pattern in VALUES.items()}


def of_the_table(client, table) -> dict[str, str]:
    """The same figures as the table's page and the page of its check show them."""
    totals = client.get(reverse("assessments:score_table", args=[table.pk])).context["totals"]
    counts = client.get(reverse("assessments:score_check", args=[table.pk]), follow=True).context["list"].counts
    numbers = {"total": totals.total, "failing": len(totals.failing), "unproven": totals.unproven, "noted": counts["open"]}
    return {name: str(number or "") for name, number in numbers.items()}


def places(kind, people):
    """Steps that bring a matter to each signature, and the pages that the seat signs on."""
    if kind in {"SQ", "YS"}:
        walk = Filing(people) if kind == "SQ" else Accepting(people)
        worsen(walk.case.table)
        walk.do(drafts.save_case, "preparer", star_asked=3, reasons={**walk.case.reasons, SHORT_OF_STAR: WHY})

        def of(name, *more):
            return reverse(f"approvals:{name}", args=[walk.case.pk, *more])

        yield walk.case.table, "preparer", [of("case"), of("case_check"), of("case_action", "hand_up")]
        walk.to_signing()
        yield walk.case.table, "reviewer", [of("case"), of("case_check"), of("case_action", "sign")]
        if kind == "SQ":
            walk.do("sign", "reviewer")
            yield walk.case.table, "authority", [of("case"), of("case_endorse"), of("case_action", "send_up")]
            walk.endorse().do("send_up", "authority")
        else:
            walk.do("sign", "reviewer")
        yield walk.case.table, "city_officer", [of("case"), of("case_action", "accept")]
        return
    matter, name = (make_self_check(people, year=2025), "selfcheck") if kind == "ZC" else (make_stage(people), "stage")
    worsen(matter.table)
    own = reverse(f"assessments:{name}", args=[matter.pk])
    sign = (reverse(f"assessments:{name}_action", args=[matter.pk]), {"action": "sign"})
    check = reverse("assessments:score_check", args=[matter.table.pk])
    yield matter.table, "preparer", [own, check]
    step(matter, "hand_up", people.preparer)
    yield matter.table, "reviewer", [own, check, (sign[0], {**sign[1], "version": matter.version})]
    step(matter, "sign", people.reviewer)
    yield matter.table, "city_officer", [own]


@pytest.mark.parametrize("kind", ["SQ", "YS", "ZC", "stage"])
def test_every_page_of_a_signature_shows_what_the_tables_own_page_shows(client, people, kind):
    for table, seat, pages in places(kind, people):
        client.force_login(getattr(people, seat))
        wanted = of_the_table(client, table)
        assert (bool(wanted["total"]), wanted["failing"]) == (True, "1")
        for place in pages:
            answer = client.post(*place) if isinstance(place, tuple) else client.get(place, follow=True)
            assert (place, answer.status_code, figures(answer)) == (place, 200, wanted)
            if kind in {"SQ", "YS"}:
                assert (lines(answer)["申报星级"], lines(answer)[reason_label(SHORT_OF_STAR)]) == ("三星级自评未达到", WHY)


@pytest.mark.parametrize("made", [Filing, Accepting])
def test_a_star_that_is_not_reached_wants_a_reason_that_goes_up_with_the_case(client, people, made):
    walk = made(people)
    worsen(walk.case.table)
    client.force_login(people.preparer)
    check = reverse("approvals:case_check", args=[walk.case.pk])
    answer = client.get(check)
    blocked = next(one for one in answer.context["offered"] if one.action == "hand_up")
    assert [one.text for one in blocked.refusals] == ["自评未达到申报星级，须写明理由"]
    assert f'id="{blocked.refusals[0].href.partition("#")[2]}"' in answer.content.decode()
    with pytest.raises(Refused, match="须写明理由"):
        walk.do("hand_up", "preparer")
    typed = {f"reason-{name}": text for name, text in {**REASONS, SHORT_OF_STAR: WHY}.items()}
    assert client.post(check, {"version": walk.case.version, "star_asked": "2", **typed}).status_code == 302
    walk.fresh()
    walk.to_signing().do("sign", "reviewer")
    assert walk.case.submissions.get().content["reasons"][SHORT_OF_STAR] == WHY
    printed = client.get(reverse("approvals:case_print", args=[walk.case.pk])).content.decode()
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
    for kind in change_kinds():
        compared = {"what": f"演示{kind.key}", "before": "原来", "after": "以后"}
        Change.objects.filter(case=case).update(kind=kind.key, values=ANY, lines=[compared], effects=[])
        for seat, action, state in (("officer", "to_check", "sent"), ("checker", "agree", "checking"), ("director", "decide", "deciding")):
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
