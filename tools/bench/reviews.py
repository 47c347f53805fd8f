"""Paths of expert review: the secretariat's board with thousands of reviews, a clause of an expert's workspace, one judgement saved."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from django.db import connection
from django.urls import reverse

from assessments.experts.models import ExpertProfile
from assessments.reviews.models import PanelMember, Review
from assessments.reviews.selectors.pool import rules_of
from assessments.reviews.services.opening import ReviewSubject, open_review
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import User
from greendistrict.core import clock
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, by_turns, cost_of, row_of
from tools.bench.paths import Visit, pages, queries_of, seen, sign_in
from tools.bench.seeding import SINCE, Seeded, multiply, new_person
from tools.steps import step

PANEL = 5
HTML = {"hx-request": ""}
CLAUSE = "clause"  # id of the replaced element


@dataclass(frozen=True)
class Panel:
    """One review being scored, its secretary, one of its experts, and a clause assigned to that expert."""

    review: Review
    secretary: User
    member: PanelMember
    item_id: str


def review_pages(visit: Visit, total: int) -> Iterator[BenchRow]:
    """The board at two lengths and complete, then the workspace and a save, with all those reviews in the database."""
    panel = first_panel(visit.seeded)
    sessions = {**visit.sessions, **{user.pk: sign_in(user) for user in (panel.secretary, panel.member.expert.user)}}
    visit = replace(visit, sessions=sessions)
    costs = {}
    for length in sorted({min(50, total), min(250, total)}):
        more_reviews(panel, length)
        costs[length] = queries_of(panel.secretary, lambda client: client.get(reverse("assessments:review_list"), headers=HTML))
    if costs[max(costs)] > costs[min(costs)]:
        msg = f"the board asks more with more reviews: {costs}"
        raise BenchError(msg)
    made = more_reviews(panel, total)
    yield _board(visit, panel, made)
    yield _workspace(visit, panel, made)
    yield _clause_change(visit, panel)
    yield _judgement(visit, panel)


def first_panel(seeded: Seeded) -> Panel:
    """A review of the received table, created, drawn and assigned by the services."""
    secretary = new_person("bench-secretary", Role.SECRETARIAT, OrganisationKind.SECRETARIAT)
    subject = ReviewSubject("演示城区评审（虚构）", "SQ-0009-0001", "试点申报", [], [], 2)
    review = open_review(table=seeded.check.table, subject=subject, by=secretary)
    chapters = [chapter.key for chapter in rules_of(review).table(review.table.type, review.table.stage).chapters]
    for number in range(PANEL):
        user = new_person(f"bench-expert-{number}", Role.EXPERT, OrganisationKind.EXPERT)
        ExpertProfile.objects.create(user=user, specialties=chapters, valid_from=SINCE, is_demo=True)
    step(review, "commit", secretary)
    step(review, "draw", secretary)
    for member in review.members.select_related("expert__user"):
        step(member, "accept", member.expert.user, declared=True)
    review.refresh_from_db()
    step(review, "start_scoring", secretary, score_due=clock.today() + dt.timedelta(days=30))
    member = review.members.select_related("expert__user").order_by("number")[0]
    return Panel(review, secretary, member, member.assignments.order_by("pk")[0].item_id)


def more_reviews(panel: Panel, total: int) -> int:
    """Finished reviews in addition to the one being scored, each with a panel, until there are ``total``; returns their number."""
    have = Review.objects.count()
    if total > have:
        multiply(Review, panel.review.pk, {"status": "'concluded'", "conclusion": "'passed'"}, first=have, last=total - 1)
        members = list(PanelMember.objects.filter(review=panel.review))
        for key in Review.objects.filter(members=None).values_list("pk", flat=True):
            PanelMember.objects.bulk_create([_copy(member, key) for member in members])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Review.objects.count()


def _copy(member: PanelMember, review: int) -> PanelMember:
    return PanelMember(review_id=review, expert_id=member.expert_id, number=member.number, state=member.state, invited_at=member.invited_at)


def _board(visit: Visit, panel: Panel, made: int) -> BenchRow:
    ours, user = reverse("assessments:review_list"), panel.secretary
    timing = pages(visit, user, ours, "/limit/reviews/")
    cost = queries_of(user, lambda client: client.get(ours, headers=HTML))
    return row_of(f"review board, 50 of {made:,}", timing, 0.5, queries=cost, most_queries=8, **seen(visit, user, ours))


def _clause(panel: Panel) -> str:
    return reverse("assessments:review_clause", args=[panel.review.pk, panel.item_id])


def _workspace(visit: Visit, panel: Panel, made: int) -> BenchRow:
    ours, user = _clause(panel), panel.member.expert.user
    timing = pages(visit, user, ours, f"/limit/scores/{panel.member.pk}/")
    cost = queries_of(user, lambda client: client.get(ours, headers=HTML))
    count = panel.member.assignments.count()
    name = f"review workspace, {made:,} reviews"
    return row_of(name, timing, 0.5, queries=cost, most_queries=8, **seen(visit, user, ours), notes={"clauses": count})


def _clause_change(visit: Visit, panel: Panel) -> BenchRow:
    """Moving to another clause by htmx, compared with loading the whole page."""
    user, ours = panel.member.expert.user, _clause(panel)
    mine, whole = visit.browser(user), visit.browser(user)
    timing = by_turns(lambda: lambda: mine.get(ours, part=CLAUSE), lambda: lambda: whole.get(ours), visit.effort)
    answer, page = mine.get(ours, part=CLAUSE), whole.get(ours)
    if answer.kilobytes >= page.kilobytes:
        msg = f"going on to a clause sends {answer.kilobytes:.0f} KB, the whole page {page.kilobytes:.0f} KB"
        raise BenchError(msg)
    cost = queries_of(user, lambda client: client.get(ours, headers={"hx-target": CLAUSE}))
    weight = {"kilobytes": answer.kilobytes, "packed": answer.packed}
    notes = {"whole page, KB": page.kilobytes, "queries of the whole page": queries_of(user, lambda client: client.get(ours, headers=HTML))}
    name = "workspace, another clause beside the whole page"
    return cost_of(name, timing, 0.8, queries=cost, most_queries=8, **weight, notes=notes)


def _judgement(visit: Visit, panel: Panel) -> BenchRow:
    """One judgement saved with its check and counts, compared with an UPDATE of one row."""
    user, address = panel.member.expert.user, _clause(panel)
    versions, words = itertools.count(), itertools.cycle(("甲", "乙"))

    def form() -> dict[str, str]:
        return {"judgement": "doubt", "comment": next(words), "version": str(next(versions))}

    cost = queries_of(user, lambda client: client.post(address, form()))
    mine, bare = visit.browser(user), visit.browser(user)

    def side(send: Callable[[dict[str, str]], object]) -> Callable[[], Callable[[], object]]:
        def ready() -> Callable[[], object]:
            data = form() if send is save else {"value": "1"}
            return lambda: send(data)

        return ready

    def save(data: dict[str, str]) -> object:
        return mine.post(address, data, htmx=True)

    score = panel.member.assignments.get(item_id=panel.item_id).score
    timing = by_turns(side(save), side(lambda data: bare.post(f"/limit/score/{score.pk}/", data)), visit.effort)
    return row_of("autosave of one judgement", timing, 0.5, queries=cost, most_queries=6)
