"""Taking a fictional application along its way, step by step, at given moments of business time."""

import datetime as dt
from collections.abc import Callable, Mapping

from approvals.models import Announcement, Case
from approvals.services import announcements, cases, drafts, endorsements, materials, notices
from approvals.services.endorsements import Paper
from approvals.slots import FORM_REVIEW, UPLOADED
from assessments.enums import CommentKind, Conclusion, MemberState
from assessments.models import PanelMember, PaperScores, Review
from assessments.selectors.review_scores import findings_of
from assessments.services.reviews import attending, concluding, confirming, drawing, marking, meeting, paper, seats
from assessments.services.reviews.marking import Typed
from assessments.services.reviews.meeting import Agreement
from districts.models import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock, workdays
from greendistrict.portal.demo import district as land
from greendistrict.portal.demo.files import TITLES, upload
from greendistrict.portal.demo.people import SEATS
from greendistrict.portal.demo.tables import fill
from greendistrict.portal.demo.timing import after

People = Mapping[str, User]
OPINION = "专业规划内容完整，指标体系覆盖五个维度，评分依据充分。建议落实屋顶光伏并网时序，完善监测平台。（演示）"
REASONS = {"APPLY-IN-PLAN": "年度实施计划在编，待上报（演示）"}


def draft(
    plot: land.Plot, bodies: Mapping[str, Organisation], preparer: User, *, ambition: float, reduced: bool = False, leave: int = 0
) -> Case:
    """Register the district, fill everything in and leave the application as a draft."""
    district = land.register(plot, dict(bodies), preparer)
    land.write_plan(district, preparer, reduced=reduced)
    land.fill_lists(plot, district, preparer)
    if not reduced:
        land.approve_plan(district, preparer, f"演示批〔{clock.today().year}〕{plot.seed}号")
    case = drafts.start_application(district=District.objects.get(pk=district.pk), by=preparer, star_asked=plot.star)
    case = drafts.save_case(case=case, by=preparer, star_asked=plot.star, reasons=REASONS, version=case.version)
    for slot in [slot for slot in UPLOADED if not slot.optional][: 2 if reduced else None]:
        materials.add_document(case=case, slot=slot.key, upload=upload(title_of(slot.title)), title=slot.title, by=preparer)
    if case.table is not None:
        fill(case.table, preparer, seed=plot.seed, ambition=ambition, leave=leave)
    return _fresh(case)


def title_of(slot: str) -> str:
    """Title of the demo file that goes into a slot of the checklist."""
    return next((title for title in TITLES if title[:4] in slot), TITLES[4])


def _fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def submit(case: Case, preparer: User, reviewer: User) -> Case:
    """Hand up and sign."""
    cases.case_hand_up(case=case, by=preparer)
    cases.case_sign(case=_fresh(case), by=reviewer)
    return _fresh(case)


def endorse(case: Case, authority: User) -> Case:
    """Record 批复 and 报送函 of every body and send up."""
    day, year = clock.today(), clock.today().year
    for body in case.district.authorities.all():
        endorsements.record_endorsement(
            case=_fresh(case),
            authority=body,
            by=authority,
            approval=Paper(f"演示府批〔{year}〕{case.pk}号", day - dt.timedelta(days=1), upload("政府批复")),
            letter=Paper(f"演示建报〔{year}〕{case.pk}号", day, upload("报送函")),
        )
    cases.case_send_up(case=_fresh(case), by=authority)
    return _fresh(case)


def accept(case: Case, people: People) -> Case:
    """受理, then the formal review, then the experts are asked for."""
    officer = people["city_officer"]
    cases.case_accept(case=case, by=officer)
    entries = {key: (True, "") for key, _ in FORM_REVIEW}
    cases.save_form_review(case=_fresh(case), by=officer, entries=entries)
    cases.case_open_review(case=_fresh(case), by=officer)
    return _fresh(case)


def seat_panel(case: Case, people: People) -> Review:
    """Draw five, everybody accepts, clauses are dealt."""
    secretary, review = people["secretariat"], case.review
    if review is None:
        msg = f"{case} has no review"
        raise RuntimeError(msg)
    drawing.commit_draw(review=review, by=secretary)
    drawing.draw_panel(review=review, by=secretary)
    for member in members(review):
        seats.reply(member=member, accept=True, declared=True, reason="", by=member.expert.user)
    seats.name_chair(review=review, member=members(review)[0], by=secretary)
    review.refresh_from_db()
    due = workdays.current().add(clock.today(), 10)
    marking.start_scoring(review=review, score_due=due, by=secretary)
    return Review.objects.get(pk=review.pk)


def members(review: Review) -> list[PanelMember]:
    """Sitting members by seat."""
    rows = PanelMember.objects.select_related("expert__user", "review")
    states = (MemberState.INVITED, MemberState.ACCEPTED)
    return list(rows.filter(review=review, state__in=states).order_by("seat"))


def by_account(seated: list[PanelMember]) -> list[PanelMember]:
    """People without an account in the file first: what they did leaves something to do for those whom a reader can sign in as."""
    with_account = {person.seat for person in SEATS}
    return sorted(seated, key=lambda one: (one.expert.user.username in with_account, one.seat))


def score_alone(review: Review, *, how_many: int | None = None) -> None:
    """Members confirm what was dealt to them and hand in, ``how_many`` of them; the first adds an advice to one clause."""
    chosen = by_account(members(review))[:how_many]
    _advise(chosen[0])
    for member in chosen:
        open_rows = member.assignments.filter(score__judgement="").count() + member.assignments.filter(score__isnull=True).count()
        marking.confirm_rest(member=member, expected=open_rows, by=member.expert.user)
        marking.submit_scores(member=PanelMember.objects.get(pk=member.pk), by=member.expert.user)


def type_sheet(review: Review, people: People) -> None:
    """One seat judged on paper: its scores are typed by a secretary and wait for the second, who compares them with the scan."""
    secretary = people["secretariat"]
    member = by_account([one for one in members(review) if one.submitted_at is None])[0]
    sheet = paper.open_paper(member=member, by=secretary)
    entries = {item_id: {"judgement": "agree"} for item_id in member.assignments.values_list("item_id", flat=True)}
    sheet = paper.save_paper(paper=sheet, entries=entries, version=sheet.version, by=secretary)
    paper.keep_scan(paper=sheet, upload=upload("专家评分表"), by=secretary)
    paper.hand_over_paper(paper=PaperScores.objects.get(pk=sheet.pk), by=secretary)


def _advise(member: PanelMember) -> None:
    first = member.assignments.order_by("pk").select_related("score")[0]
    advice = Typed("agree", comment="材料齐全，建议在实施中补充年度监测数据的来源和口径（演示）", comment_kind=CommentKind.ADVICE)
    marking.save_score(member=member, item_id=first.item_id, typed=advice, version=first.score.version, by=member.expert.user)


def call_meeting(review: Review, people: People, *, at: dt.datetime) -> None:
    """Tell the panel when and where it meets."""
    meeting.call_meeting(review=Review.objects.get(pk=review.pk), at=at, place="演示会议室", by=people["secretariat"])


def hold_meeting(review: Review, people: People, star: int, opinion: str = OPINION) -> None:
    """Meeting: agreed figures where readers differ, votes, opinion, signatures, conclusion 通过."""
    secretary, review = people["secretariat"], Review.objects.get(pk=review.pk)
    meeting.open_meeting(review=review, by=secretary)
    attending.sign_in(review=review, members=members(review), by=secretary)
    for point in findings_of(review).points:
        points = point.claim.outcome.points
        agreement = Agreement(points="" if points is None else str(points), holds=True, founded=True, reason="与会专家核对材料后一致同意")
        meeting.record_agreed(review=review, item_id=point.claim.item_id, agreement=agreement, by=secretary)
    agreed = list(review.agreed.values_list("item_id", flat=True))
    for member in members(review):
        if agreed:
            confirming.confirm_agreed(review=review, member=member, item_ids=agreed, agrees=True, by=member.expert.user)
        meeting.record_vote(review=review, member=member, vote=Conclusion.PASSED, by=member.expert.user)
    review.refresh_from_db()
    meeting.save_opinion(review=review, opinion=opinion, version=review.version, by=secretary)
    for member in members(review):
        confirming.sign_opinion(review=Review.objects.get(pk=review.pk), member=member, by=member.expert.user)
    concluding.conclude(review=Review.objects.get(pk=review.pk), conclusion=Conclusion.PASSED, star=star, star_reason="", by=secretary)


def decide(case: Case, people: People, start: dt.datetime, *, decide: Callable[..., Case] = cases.case_decide) -> Case:
    """Notice, check, decision and announcement, one after the other from ``start``; ``decide`` is the kind's own decision."""
    officer = people["city_officer"]
    with clock.at(after(start, 1)):
        notice = notices.case_open_notice(case=_fresh(case), by=officer)
    done = dt.datetime.combine(notice.closes_on, dt.time(9), tzinfo=clock.SHANGHAI)
    with clock.at(after(done, 1)):
        notices.case_close_notice(case=_fresh(case), by=officer)
    with clock.at(after(done, 2)):
        cases.case_agree(case=_fresh(case), by=people["city_checker"])
    with clock.at(after(done, 4)):
        today = clock.today()
        decide(case=_fresh(case), by=people["city_director"], number=f"演示建〔{today.year}〕{case.pk}号", decided_on=today, scan=None)
    with clock.at(after(done, 6)):
        batch = announcements.create_batch(by=officer, cases=[_fresh(case)], demo=True)
        announcements.approve(announcement=batch, by=people["city_director"])
        number = f"演示公告〔{clock.today().year}〕{batch.batch}号"
        announcements.publish(announcement=Announcement.objects.get(pk=batch.pk), by=officer, number=number, announced_on=clock.today())
    return _fresh(case)
