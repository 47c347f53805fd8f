"""Takes a fictional application through its steps at given business times."""

import datetime as dt
from collections.abc import Collection, Mapping

from approvals.applications.services.cases import save_form_review
from approvals.applications.services.drafts import save_case, start_application
from approvals.applications.services.endorsements import EndorsementPaper, record_endorsement
from approvals.cases.checklist import FORM_REVIEW, UPLOADED
from approvals.cases.models.cases import Case
from approvals.cases.services import add_document
from approvals.publicity.services import approve, create_batch, publish
from approvals.titles.models.publicity import Announcement
from assessments.common.enums import CommentKind, Conclusion
from assessments.reviews.enums import ON_PANEL
from assessments.reviews.models import PanelMember, PaperScores, Review
from assessments.reviews.rules import agreed_until, opinion_mark
from assessments.reviews.selectors.pool import findings_of
from assessments.reviews.services import meeting, paper
from assessments.reviews.services.meeting import Agreement
from assessments.reviews.services.meeting_records import confirm_agreed, name_chair, sign_in, sign_opinion
from assessments.reviews.services.scoring import TypedScore, confirm_rest, save_score, submit_scores
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock, workdays
from tools.demo import district as land
from tools.demo import indicators as aims
from tools.demo.case_steps import step
from tools.demo.files import TITLES, upload
from tools.demo.people import SEATS
from tools.demo.tables import Year, fill
from tools.demo.timing import after
from tools.steps import step as review_step

People = Mapping[str, User]
OPINION = "专业规划内容完整，指标体系包含五个方面内容，评分依据充分。建议落实屋顶光伏并网时序，完善监测平台。（演示）"
REASONS = {"APPLY-IN-PLAN": "年度实施计划在编，待上报（演示）"}


def draft(
    plot: land.DemoDistrict,
    bodies: Mapping[str, Organisation],
    people: People,
    *,
    ambition: float,
    reduced: bool = False,
    leave: int = 0,
    proven: int = 1,
) -> Case:
    """Register the district, fill in everything and leave the application as a draft.

    ``reduced`` leaves the plan incomplete; every ``proven``-th row of the table gets a file.
    """
    preparer, reviewer, authority, housing = (people[seat] for seat in plot.seats)
    district = land.register(plot, dict(bodies), preparer)
    land.write_plan(district, preparer, reduced=reduced, carbon=plot.carbon)
    land.fill_lists(plot, district, preparer, housing)
    if not reduced:
        if plot.detailed:
            aims.approved_system(district, (preparer, reviewer, authority), plot)
        land.approve_plan(district, preparer, f"演示批〔{clock.today().year}〕{plot.seed}号")
    case = start_application(district=District.objects.get(pk=district.pk), by=preparer, star_asked=plot.star)
    case = save_case(case=case, by=preparer, star_asked=plot.star, reasons=REASONS, version=case.version)
    for slot in [slot for slot in UPLOADED if not slot.optional][: 2 if reduced else None]:
        add_document(case=case, slot=slot.key, upload=upload(title_of(slot.title)), title=slot.title, by=preparer)
    if case.table is not None:
        fill(case.table, preparer, Year(plot.seed, ambition), leave=leave, proven=proven)
    return _fresh(case)


def title_of(slot: str) -> str:
    """Title of the demo file for an item of the checklist."""
    return next((title for title in TITLES if title[:4] in slot), TITLES[4])


def _fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def submit(case: Case, preparer: User, reviewer: User) -> Case:
    """Submit for signature, and sign."""
    step("hand_up", case=case, by=preparer)
    step("sign", case=_fresh(case), by=reviewer)
    return _fresh(case)


def endorse(case: Case, authority: User) -> Case:
    """Record 批复 and 报送函 of every authority and send the application to the city."""
    day, year = clock.today(), clock.today().year
    for body in case.district.authorities.all():
        record_endorsement(
            case=_fresh(case),
            authority=body,
            by=authority,
            approval=EndorsementPaper(f"演示府批〔{year}〕{case.pk}号", day - dt.timedelta(days=1), upload("政府批复")),
            letter=EndorsementPaper(f"演示建报〔{year}〕{case.pk}号", day, upload("报送函")),
        )
    step("send_up", case=_fresh(case), by=authority)
    return _fresh(case)


def accept(case: Case, people: People) -> Case:
    """受理, then the formal review, then request an expert review."""
    officer = people["city_officer"]
    step("accept", case=case, by=officer)
    entries = {key: (True, "") for key, _ in FORM_REVIEW}
    save_form_review(case=_fresh(case), by=officer, entries=entries)
    step("open_review", case=_fresh(case), by=officer)
    return _fresh(case)


def seat_panel(case: Case, people: People) -> Review:
    """Create the panel of a case's review; see ``seat_review``."""
    if case.review is None:
        msg = f"{case} has no review"
        raise RuntimeError(msg)
    return seat_review(case.review, people)


def seat_review(review: Review, people: People) -> Review:
    """Draw five experts, who all accept, and assign clauses to them."""
    secretary = people["secretariat"]
    review_step(review, "commit", secretary)
    review_step(review, "draw", secretary)
    for member in members(review):
        review_step(member, "accept", member.expert.user, declared=True)
    review.refresh_from_db()
    name_chair(review=review, member=members(review)[0], by=secretary, version=review.version)
    due = workdays.current().add(clock.today(), 10)
    review_step(review, "start_scoring", secretary, score_due=due)
    return Review.objects.get(pk=review.pk)


def members(review: Review) -> list[PanelMember]:
    """Panel members by number."""
    rows = PanelMember.objects.select_related("expert__user", "review")
    states = ON_PANEL
    return list(rows.filter(review=review, state__in=states).order_by("number"))


def by_account(seated: list[PanelMember]) -> list[PanelMember]:
    """Members sorted so that those without an account in the accounts file come first, leaving work for the others."""
    with_account = {person.seat for person in SEATS}
    return sorted(seated, key=lambda one: (one.expert.user.username in with_account, one.number))


def score_alone(review: Review, *, how_many: int | None = None) -> None:
    """The first ``how_many`` members confirm their scores and submit; the first one adds advice on one clause."""
    chosen = by_account(members(review))[:how_many]
    _advise(chosen[0])
    for member in chosen:
        open_rows = member.assignments.filter(score__judgement="").count() + member.assignments.filter(score__isnull=True).count()
        confirm_rest(member=member, expected=open_rows, by=member.expert.user)
        submit_scores(member=PanelMember.objects.get(pk=member.pk), by=member.expert.user)


def type_sheet(review: Review, people: People) -> None:
    """Scores of a member who judged on paper are typed by a secretary and wait for a second one to compare them with the scan."""
    secretary = people["secretariat"]
    member = by_account([one for one in members(review) if one.submitted_at is None])[0]
    sheet = paper.open_paper(member=member, by=secretary)
    entries = {item_id: {"judgement": "agree"} for item_id in member.assignments.values_list("item_id", flat=True)}
    sheet = paper.save_paper(paper=sheet, entries=entries, version=sheet.version, by=secretary)
    paper.keep_scan(paper=sheet, upload=upload("专家评分表"), by=secretary)
    review_step(PaperScores.objects.get(pk=sheet.pk), "hand_over", secretary)


def _advise(member: PanelMember) -> None:
    first = member.assignments.filter(score__judgement="").order_by("pk").select_related("score")[0]
    advice = TypedScore("agree", comment="材料齐全，建议在实施中补充年度监测数据的来源和口径（演示）", comment_kind=CommentKind.ADVICE)
    save_score(member=member, item_id=first.item_id, typed=advice, version=first.score.version, by=member.expert.user)


def call_meeting(review: Review, people: People, *, at: dt.datetime) -> None:
    """Notify the panel of time and place of the meeting."""
    review.refresh_from_db()
    meeting.call_meeting(review=review, at=at, place="演示会议室", version=review.version, by=people["secretariat"])


def hold_meeting(review: Review, people: People, star: int | None, opinion: str = OPINION) -> None:
    """Hold the meeting: agreed scores where readers differ, votes, opinion, signatures, conclusion 通过."""
    begin_meeting(review, people)
    secretary, review = people["secretariat"], Review.objects.get(pk=review.pk)
    for member in members(review):
        meeting.record_vote(review=review, member=member, vote=Conclusion.PASSED, version=member.version, by=member.expert.user)
    review.refresh_from_db()
    meeting.save_opinion(review=review, opinion=opinion, seen=opinion_mark(review), by=secretary)
    review.refresh_from_db()
    for member in members(review):
        sign_opinion(review=review, member=member, seen=opinion_mark(review), by=member.expert.user)
    review_step(review, "conclude", secretary, conclusion=Conclusion.PASSED, star=star, star_reason="")


def begin_meeting(review: Review, people: People, left: Collection[str] = ()) -> None:
    """Start the meeting: attendance, scores agreed and confirmed except for the clauses ``left``; no vote on the conclusion yet."""
    secretary, review = people["secretariat"], Review.objects.get(pk=review.pk)
    review_step(review, "open_meeting", secretary)
    there = members(review)
    sign_in(review=review, members=there, versions={member.pk: member.version for member in there}, by=secretary)
    for point in (one for one in findings_of(review).points if one.claim.item_id not in left):
        points = point.claim.outcome.points
        agreement = Agreement(points="" if points is None else str(points), holds=True, founded=True, reason="与会专家核对材料后一致同意")
        meeting.record_agreed(review=review, item_id=point.claim.item_id, agreement=agreement, seen="", by=secretary)
    agreed, seen = list(review.agreed.values_list("item_id", flat=True)), agreed_until(review.agreed.all())
    for member in members(review):
        if agreed:
            confirm_agreed(review=review, member=member, item_ids=agreed, agrees=True, seen=seen, by=member.expert.user)


def open_notice(case: Case, people: People, start: dt.datetime) -> dt.date:
    """Open the 公示 on the working day after ``start``; returns its last day."""
    with clock.at(after(start, 1)):
        opened = step("open_notice", case=_fresh(case), by=people["city_officer"], with_facts=True)
    day: dt.date = opened.notices.latest("pk").closes_on
    return day


def decide(
    case: Case,
    people: People,
    start: dt.datetime,
    *,
    announced: bool = True,
) -> Case:
    """Notice, check, decision and announcement in sequence from ``start``."""
    officer = people["city_officer"]
    done = dt.datetime.combine(open_notice(case, people, start), dt.time(9), tzinfo=clock.SHANGHAI)
    with clock.at(after(done, 1)):
        step("close_notice", case=_fresh(case), by=officer)
    with clock.at(after(done, 2)):
        step("agree", case=_fresh(case), by=people["city_checker"])
    with clock.at(after(done, 4)):
        today = clock.today()
        number = f"演示建〔{today.year}〕{case.pk}号"
        step("decide", case=_fresh(case), by=people["city_director"], number=number, decided_on=today, scan=None)
    if not announced:
        return _fresh(case)
    with clock.at(after(done, 6)):
        batch = create_batch(by=officer, cases=[_fresh(case)], demo=True)
        approve(announcement=batch, by=people["city_director"])
        number = f"演示公告〔{clock.today().year}〕{batch.batch}号"
        publish(announcement=Announcement.objects.get(pk=batch.pk), by=officer, number=number, announced_on=clock.today())
    return _fresh(case)
