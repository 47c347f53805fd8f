"""Each setting means something: for every key of the settings what differs once it is changed. A key that is not listed here fails."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from approvals.cases import terms as cases
from approvals.cases.facts import notice_facts, rounds_of
from approvals.cases.models.correspondence import Notice
from approvals.cases.selectors.cases import receipt_due
from approvals.casework.selectors.progress import steps_of
from approvals.casework.selectors.tasks import tasks_for
from approvals.casework.selectors.titles_on_day import snapshot_day
from approvals.consultations import services as handling
from approvals.publicity import services as notices
from assessments.common.calendar import (
    concluding_term,
    countersigning_term,
    receiving_term,
    recheck_term,
    self_check_window,
    stage_cycles,
    stage_terms,
)
from assessments.common.enums import Conclusion
from assessments.plausibility.registry import check
from assessments.post_evaluations import services
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.post_evaluations.sampling import size_of
from assessments.post_evaluations.selectors import places_of, terms_in_force
from assessments.reviews import terms as reviews
from assessments.reviews.enums import Judgement
from assessments.reviews.selectors.pool import findings_of, terms_of
from assessments.reviews.selectors.reviews import reply_due
from assessments.reviews.services.opening import _check_appointment
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.services import open_due
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors.stages import verdict_of
from assessments.stage_assessments.services import on_disqualify, on_extend
from assessments.tables.models import TableVersion
from assessments.yearly_reports.kinds import report_dues
from beautiful.plans.content import TaskContent
from beautiful.plans.models import ActionPlan
from beautiful.plans.questions import Statement, asked_of_quarter
from beautiful.plans.rules import coordinates
from districts.indicator_systems.selectors import amber_limits
from districts.indicator_systems.target_path import light
from districts.plausibility.comparisons import limits_of
from districts.plots.models import SupplierLevel
from districts.plots.services.control import open_control
from districts.projects.models import Work
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.core.errors import Refused
from greendistrict.policy import dates, parameters
from greendistrict.policy.duty_table import duty_kind
from greendistrict.policy.parameters import first_day_in_use
from greendistrict.policy.services import set_setting
from greendistrict.workflow.procedure import Taken
from greendistrict.workflow.urged import UrgingLimit
from obligations.outages import OutagePeriod, moved_days
from obligations.reminder_ladder import climbed, rung_on
from obligations.reminder_settings import hours, ladder_of, week_of
from obligations.selectors import everything
from obligations.services import outage_rule
from outreach.disclosures import rules as disclosures
from portal.comparison.selectors import SCORE, PeerQuery, compared, offered, sight_of
from reports.archive.selectors import fonds
from reports.closings.registry import closes_day
from tests.assessments.plausibility.test_plausibility import CASES, entry, sheet
from tests.beautiful.plans.world import make_issued
from tests.districts.indicator_systems.test_indicator_path import BASE, TARGETS, UP
from tests.factories.acceptance import Accepting, Losing, failing
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.assessments import published_edition
from tests.factories.districts import PlotFactory, make_district
from tests.factories.received import at
from tests.factories.reviews import Scene
from tests.factories.stages import StageScene
from tests.obligations import wide
from tests.plot_steps import proof_of
from tests.portal.comparison.world import received
from tests.steps import step

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


def appointed(number):
    """What stands against a panel of so many."""
    try:
        _check_appointment([SimpleNamespace(name="专家", reasons=())] * number, SimpleNamespace(kept=()))
    except Refused as refused:
        return str(refused)
    return ""


def rectified(step):
    """Last day of a rectification after a step that begins or prolongs it."""
    stage = StageAssessment(rectify_due=DAY)
    step(Taken(stage, None, None, {}, {"open_criteria": []}, DAY))
    return stage.rectify_due


def countersigned(people):
    """Whether a self-check opened now goes to the designated body first."""
    SelfCheck.objects.all().delete()
    make_district(people, stage="pilot", edition=published_edition())
    open_due(clock.today())
    return set(SelfCheck.objects.values_list("countersign_required", flat=True))


def consulted(people):
    """Last day of an opinion that is asked for now."""
    filing = Filing(people).to_accepted()
    asked = handling.consult(case=filing.case, departments=[people.partner_body], question="请提意见", by=people.city_officer)
    return asked[0].due


def overdue_for_evaluation(people):
    """Whether a demonstration titled four years ago is due."""
    make_district(people, stage="demonstration", titled_on=DAY.replace(year=2022))
    return {place.overdue for place in places_of(DAY, demo=True)}


def bar(people):
    """Steps of an application."""
    return [(step.name, step.note) for step in steps_of(Filing(people).case, [])]


def rounds(people):
    """Corrections that a case may ask for."""
    return rounds_of(Filing(people).case)


def noticed(people):
    """Whether an award waits for a notice."""
    return notice_facts(Filing(people).case)


def said(step):
    """What a step says: nothing, or what stands against it."""
    try:
        step()
    except Refused as refused:
        return str(refused)
    return "已办"


def past_the_check(people):
    """The officer hands a case to the director without the checker."""
    filing = Filing(people).to_notice().end_notice()
    return said(lambda: filing.do("close_notice_to_decide", "city_officer"))


def refused_past_the_check(people):
    """The same with an acceptance that failed."""
    walk = Accepting(people).to_reviewed(Conclusion.FAILED)
    return said(lambda: walk.do("to_decide", "city_officer"))


def granted_by_the_checker(people):
    """The checker takes a decision on a title."""
    filing = Filing(people).to_deciding()
    return said(lambda: filing.do("decide", "city_checker", number="", decided_on=clock.today()))


def land_asked(people):
    """Last day of an answer on the conditions of a plot."""
    control = open_control(plot=PlotFactory(district=make_district(people), land_use_code="070102"), table="grant", by=people.preparer)
    step(
        control,
        "ask",
        people.preparer,
        level=SupplierLevel.DISTRICT,
        organisation=people.bureau_body,
        on=clock.today(),
        **proof_of(control, people.preparer, "ask"),
    )
    return control.plot.opinions.get().due_on


def implausible(_people):
    """What the rules find in the tables of their own tests, and what of it blocks or wants an explanation."""
    limits = limits_of(parameters.load())
    return [
        (one.item_id, one.rule, one.part, one.rule in limits.blocking, one.rule in limits.explain)
        for entries in [*CASES.values(), *AT_THE_LIMITS]
        for one in check(sheet(*entries, facts={"area": Decimal(90)}), limits)
    ]


def paces(_people):
    """What is asked about 30 of 60 km after a quarter of twelve."""
    content = TaskContent("", "", "公里", Decimal(0), Decimal(60), dt.date(2026, 1, 1), dt.date(2028, 12, 31), "")
    return asked_of_quarter(content, Statement((2026, 1), Decimal(30)), {}, limits_of(parameters.load()))


def lights(_people):
    """Colours of a value that has made 55 % of its way, and of one that lies 15 % from its path."""
    limits, _ = amber_limits()
    way = light(UP, 2027, "26.5", baseline=BASE, targets=TARGETS, limits=limits)
    return way.colour, light(UP, 2027, "34", baseline=None, targets=TARGETS, limits=limits).colour


def drawn(_people):
    """How many of ten demonstrations are drawn, and of three."""
    return [size_of(count, terms_in_force()) for count in (10, 3)]


def reported(people):
    """Last day of the report of a demonstration drawn now."""
    PostEvaluation.objects.all().delete()
    SampleDraw.objects.all().delete()
    wide.demonstration(people)
    with clock.at(dt.datetime.combine(DAY.replace(month=3), dt.time(9), clock.SHANGHAI)):
        services.draw(sample=services.commit_sample(year=DAY.year, demo=True, by=people.secretariat), by=people.secretariat)
    return PostEvaluation.objects.get().due


def reminded(_people):
    """Which reminders stand on the days around a last day, and to whom each has climbed."""
    return [_rungs_around(ladder_of(duty_kind(key))) for key in ("self_check", "accept_case")]


def _rungs_around(steps):
    calendar = workdays.current()
    rungs = [rung_on(steps, DAY, DAY + dt.timedelta(days=offset), calendar) for offset in range(-60, 60)]
    return [(rung.key, rung.day, climbed(steps, rung.key)) for rung in rungs if rung]


def permitted(_people):
    """Hours of a working day and of a Sunday in which reminders go out."""
    days = (DAY, DAY - dt.timedelta(days=1))
    return [hours().permits(dt.datetime.combine(day, dt.time(hour)), workdays.current()) for day in days for hour in range(24)]


def weeks(_people):
    """The week whose summary is due on each day of a week."""
    return [week_of(DAY + dt.timedelta(days=number)) for number in range(7)]


# Beside the rules' own cases: a year's amount three times as large, and a small change of a share that peers do not share.
AT_THE_LIMITS = (
    [entry("7.2.1", {"a": "60", "b": "200"}, last={"a": "20", "b": "190"})],
    [entry("7.2.17", "76", peers={"": tuple(map(Decimal, ("72", "72", "72", "72", "72")))})],
)
LATE = dt.date(2032, 1, 1)


def moved_by_outage(_people):
    """What two hours without the portal on a Monday morning move."""
    return moved_days(OutagePeriod(at(2026, 3, 2, 9), at(2026, 3, 2, 11)), outage_rule(), workdays.current())


def terms_now():
    """Settings and working days as they are."""
    return dates.TermSettings(parameters.load(), workdays.current())


def term(last_day):
    """Last day of a term that begins on ``DAY``."""
    return lambda _people: last_day(DAY, terms_now())


def days_of(kind, made=lambda _: None, on=DAY):
    """Days of the duties of a kind on ``DAY`` or another, with what they hang on made first."""

    def outcome(people):
        made(people)
        return {(row.title, row.due, row.opens) for row in everything(Viewer(None, as_of=on)) if row.kind == kind}

    return outcome


def urged_again(_):
    working = workdays.current()
    return [UrgingLimit(working.add(DAY, days)).why_too_soon(DAY) for days in (1, 2)]


def compared_with_others(people):
    """Which districts the preparer reads beside the own one, and whether the quartiles of four others are shown."""
    if not TableVersion.objects.exists():
        for number in range(5):
            received(number, 70 + number, applicant=None if number else people)
    sight = sight_of(Viewer(people.preparer))
    (group,) = compared(sight, PeerQuery(offered(demo=True)[0], demo=True), SCORE).groups
    return [line.peer.name for line in group.lines], group.spread is not None


def coordinators(people):
    """Who keeps the action plan of 美丽上海."""
    return {name for name, user in people.everybody.items() if coordinates(posts_of(user))}


def quarters_owed(people):
    """Days by which the first quarter of an action plan is reported."""
    if not ActionPlan.objects.exists():
        make_issued(people)
    return {row.due for row in everything(Viewer(None, as_of=dt.date(2026, 4, 1))) if row.kind == "plan_quarter"}


# key -> (another value, what differs). Where the outcome needs a case, it is made anew before and after.
CHANGED = {
    "plan_due": ("Y-12-31", lambda _: dates.plan_due(parameters.load(), year=2027, calendar=workdays.current())),
    "approval_chain.default": (("经办", "审定"), past_the_check),
    "approval_chain.cancel_or_revoke": (("经办", "法制审核", "审定"), refused_past_the_check),
    "approval_chain.director_decides": (("cancel", "revoke"), granted_by_the_checker), "plot_consult_days": (5, land_asked),
    "form_review_days": (12, lambda _: receipt_due(DAY, parameters.load(), workdays.current())), "supplement.rounds": (1, rounds),
    "supplement.days": (9, lambda people: Filing(people).to_correcting().case.corrections.get().due), "publicity.on": (False, noticed),
    "publicity.days": (9, bar), "publicity.stages": (("acceptance",), noticed), "panel.min": (3, lambda _: appointed(3)),
    "panel.max": (11, lambda _: appointed(11)), "expert_reply_days": (5, lambda _: reply_due(DAY, parameters.load())),
    "selfcheck.draft_from": ("Y-06-01", lambda _: self_check_window(2026)),
    "selfcheck.window_opens": ("Y-12-15", lambda _: self_check_window(2026)),
    "selfcheck.due": ("Y+1-04-15", lambda _: self_check_window(2026)),
    "selfcheck.city_receipt": ("Y+1-05-15", lambda _: self_check_window(2026)), "selfcheck.bureau_countersign": (True, countersigned),
    "operation_report.due": ("Y+1-04-15", lambda _: report_dues([2026])),
    "carbon_verification.due": ("Y+1-05-15", lambda _: report_dues([2026])),
    "stage.cycle_years": (4, lambda _: stage_cycles(DAY, LATE, stage_terms())),
    "stage.window_opens_days_before": (30, lambda _: stage_cycles(DAY, LATE, stage_terms())),
    "stage.grace_days": (20, lambda _: stage_cycles(DAY, LATE, stage_terms())), "indicators.amber_progress": ("0.6", lights),
    "stage.conclude_days": (60, term(concluding_term)),
    "indicators.amber_distance": ("0.2", lights), "rectify.days": (20, lambda _: rectified(on_disqualify)),
    "rectify.extend_once_days": (20, lambda _: rectified(on_extend)), "post_evaluation.share": ("0.5", drawn),
    "post_evaluation.at_least": (3, drawn), "post_evaluation.cover_all_within_years": (3, overdue_for_evaluation),
    "post_evaluation.report_days": (20, reported),
    "duties.body_days": (10, days_of("body_designated")), "duties.key_area_months": (6, days_of("key_area_plan", wide.key_area)),
    "duties.inspection_plan": ("Y-02-15", days_of("inspection_plan")), "duties.exchange": ("Y-11-30", days_of("exchange")),
    "duties.post_draw": ("Y-06-30", days_of("post_draw", wide.demonstration)),
    "duties.post_hold": ("Y-11-30", days_of("post_hold", wide.evaluated)), "duties.snapshot": ("Y+1-06-30", days_of("snapshot")),
    "duties.yearly_report": ("Y+1-05-31", days_of("yearly_report")), "duties.holidays": ("Y-1-11-16", days_of("holidays_missing")),
    "duties.account_review": ("Y-11-30", days_of("account_review", on=dt.date(2026, 12, 30))),
    "duties.expiry_days": (90, days_of("policy_expiry")), "duties.terms_days": (5, days_of("terms_end", wide.ending_post)),
    "duties.evidence_days": (5, days_of("evidence_expiring", wide.ending_evidence)),
    "duties.backup_days": (2, days_of("backup_age", wide.backed_up)),
    "duties.certificate_days": (60, days_of("certificate", wide.certified)),
    "duties.job_days": (2, days_of("job_failed", wide.failed_job)), "obligations_from": ("2025-02-03", lambda _: first_day_in_use()),
    "reminders.before": ((5,), reminded), "reminders.on_day": (False, reminded), "reminders.after": ((3,), reminded),
    "reminders.then": (("市级经办",), reminded), "outage.least_minutes": (300, moved_by_outage),
    "outage.near_days": (2, moved_by_outage), "outage.extend_days": (3, moved_by_outage),
    "reminders.then_city": (("市级审定",), reminded), "reminders.quiet_from": ("12:00", permitted),
    "reminders.quiet_until": ("09:30", permitted), "reminders.on_rest_days": (True, permitted), "urging_days": (3, urged_again),
    "weekly_summary.on": (False, weeks), "weekly_summary.weekday": ("周三", weeks), "archive.fonds": ("演0123", lambda _: fonds()),
    "snapshot.day": ("11-30", lambda _: snapshot_day(2025, DAY)), "snapshot.closes": ("Y+1-06-30", lambda _: closes_day(2025)),
    "consult_days": (5, consulted), "decide_days": (5, term(cases.chain_term)), "notice_days": (9, term(cases.notice_term)),
    "announce_days": (5, term(cases.announcing_term)), "serve_days": (5, term(cases.serving_term)),
    "disclosure_serve_days": (5, term(disclosures.serve_term)), "weigh_days": (5, term(cases.weighing_term)),
    "cancel_start_days": (5, term(cases.cancelling_term)),
    "endorse_remind_days": (5, lambda _: cases.endorsing_reminder(DAY, DAY, terms_now())), "receive_days": (30, term(receiving_term)),
    "countersign_days": (5, term(countersigning_term)), "draw_days": (5, term(reviews.drawing_term)),
    "meeting_days": (5, term(reviews.meeting_term)), "signature_days": (9, term(reviews.signing_term)),
    "opinion_reply_days": (5, term(reviews.replying_term)), "recheck_days": (5, term(recheck_term)),
    "comparison.internal": (False, compared_with_others), "comparison.fewest": (4, compared_with_others),
    "beautiful.coordinator": ("审定", coordinators), "beautiful.quarter_days": (20, quarters_owed),
    "plausibility.blocking": (("complete",), implausible), "plausibility.explain": (("area",), implausible),
    **{
        f"plausibility.{name}": (value, implausible)
        for name, value in {
            "jump_tolerance": "0.01", "year_points": 40, "year_share": "0.9", "amount_times": 4,
            "least_points": 1, "peers_least": 6, "peer_spread": 30, "sum_tolerance": "0.95",
        }.items()
    },
    "plausibility.pace_times": (9, paces),
}  # fmt: skip
# Settings with a test of their own below.
STAGE = {"stage.targets_share", "stage.plan_share"}
UNSEEN = {"unseen.told", "unseen.control_limited", "unseen.control_most"}  # tests/assessments/reviews/test_review_precedents.py
TOLD = {*UNSEEN, "objection_reply_days", "hearing_days", "panel.size", "spread_limit", *STAGE, "reference_limits"}


def test_every_setting_is_listed_once():
    assert sorted([*CHANGED, *TOLD]) == sorted(parameters.defaults())


@pytest.mark.slow
@pytest.mark.parametrize("key", sorted(CHANGED))
def test_what_a_setting_changes(key):
    people, (value, outcome) = cast(), CHANGED[key]
    with clock.at(at(2026, 3, 2)):
        before = outcome(people)
        set_setting(by=people.city_director, key=key, value=value, reason="试")
        assert outcome(people) != before


def test_an_objection_is_answered_within_the_days_of_the_setting():
    filing = Filing().to_notice()
    notices.file_objection(notice=Notice.objects.get(), text="疑问", name="演示市民（虚构）", contact="演示电话")
    before = tasks_for(Viewer(filing.people.city_officer))[0].due
    set_setting(by=filing.people.city_director, key="objection_reply_days", value=20, reason="试")
    assert tasks_for(Viewer(filing.people.city_officer))[0].due > before


def test_a_hearing_takes_the_days_of_the_setting():
    people, district = failing()
    set_setting(by=people.city_director, key="hearing_days", value=3, reason="试")
    walk = Losing(people, district).to_hearing()
    assert walk.case.loss.hearing_due == workdays.current().add(clock.today(), 3)


def test_a_panel_is_drawn_in_the_size_of_the_setting():
    scene = Scene()
    assert terms_of(scene.review).size == 5
    set_setting(by=scene.people.city_director, key="panel.size", value=7, reason="试")
    assert terms_of(scene.review).size == 7


def test_readings_that_lie_apart_more_than_the_setting_go_to_the_meeting():
    scene = Scene().to_scoring()
    item = scene.clause(scene.members[0], reading="lead")
    scene.judge(scene.members[0], item, Judgement.DIFFER, points="0", comment="没有佐证", comment_kind="must")
    scene.finish_scoring()
    causes = {point.claim.item_id: point.causes for point in findings_of(scene.review).points}
    set_setting(by=scene.people.city_director, key="spread_limit", value=1, reason="试")
    [after] = [point.causes for point in findings_of(scene.review).points]
    assert (len(causes[item]), after) == (2, causes[item][:1])


def test_a_stage_assessment_passes_by_the_share_of_the_setting():
    scene = StageScene().with_targets().to_filed()
    version = scene.table.versions.get()
    rows = [row for row in version.content["rows"] if row["target"] is not None]
    for row in rows[: len(rows) // 2]:
        row["value"] = None  # no value: not met
    type(version).objects.filter(pk=version.pk).update(content=version.content)

    def holds():
        return {aspect.key: aspect.holds for aspect in verdict_of(scene.stage).aspects}["targets"]

    assert not holds()
    set_setting(by=scene.people.city_director, key="stage.targets_share", value="0.4", reason="试")
    assert holds()


def test_a_stage_assessment_passes_by_the_share_of_the_plan_of_the_setting():
    scene = StageScene().to_filed()
    for number, built in enumerate((True, False)):
        planned = clock.today() - dt.timedelta(days=5)
        Work.objects.create(
            district=scene.stage.district, name=f"演示路{number}", planned_finish=planned, built_on=planned if built else None
        )

    def holds():
        return {aspect.key: aspect.holds for aspect in verdict_of(scene.stage).aspects}["plan"]

    assert not holds()
    set_setting(by=scene.people.city_director, key="stage.plan_share", value="0.5", reason="试")
    assert holds()
