"""Services of post-evaluations: commitment, draw, report, effects of filing and conclusion."""

import datetime as dt
import secrets
from collections.abc import Mapping

from django.db import transaction

from assessments.common.enums import StageConclusion
from assessments.post_evaluations.lifecycle import ASPECTS, draws, may_fill
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.post_evaluations.sampling import draw_sample, list_digest
from assessments.post_evaluations.selectors import places_of, terms_in_force
from assessments.reviews.panel import commitment
from assessments.yearly_reports.selectors.text import statements_of
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.locks import move_later
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.writing import writing
from greendistrict.policy import parameters
from greendistrict.policy.dates import due_date
from greendistrict.workflow.procedure import BEGUN, Taken, hold, hold_version, notify_event

LONGEST = 8000


@transaction.atomic
def commit_sample(*, year: int, demo: bool, by: User) -> SampleDraw:
    """Record the hash of a new secret before the list freezes. Raises ``NotAllowed``, ``Refused`` (already done, or a future year)."""
    NotAllowed.unless(draws(posts_of(by)), "后评估抽取由评审秘书办理")
    Refused.when(year > clock.today().year, "只能办理当年或以前年度的抽取")
    secret = secrets.token_hex(32)
    made, new = SampleDraw.objects.get_or_create(
        year=year,
        is_demo=demo,
        defaults={"secret": secret, "secret_digest": commitment(secret), "committed_at": clock.now(), "committed_by": by},
    )
    if not new:
        msg = f"{year}年已登记抽取种子校验值"
        raise Refused(msg)
    audit.record(action="sample.commit", by=by, obj=made, data={"year": year, "commitment": made.secret_digest})
    return made


@transaction.atomic
def draw(*, sample: SampleDraw, by: User) -> SampleDraw:
    """Freeze the list, draw, and open an evaluation per sampled district.

    Raises ``NotAllowed``, ``Refused`` (drawn already, empty list).
    """
    NotAllowed.unless(draws(posts_of(by)), "后评估抽取由评审秘书办理")
    locked = SampleDraw.objects.select_for_update(of=("self",), no_key=True).get(pk=sample.pk)
    Refused.when(locked.drawn_at is not None, "这一年已抽取，结果不能更改")
    places, terms = places_of(clock.today(), demo=locked.is_demo), terms_in_force()
    Refused.unless(places, "没有可以评估的示范城区")
    found = draw_sample(places, terms, locked.secret)
    locked.places, locked.terms = [place.as_json() for place in places], terms.as_json()
    locked.list_digest, locked.due, locked.drawn = list_digest(places, terms), list(found.due), list(found.drawn)
    locked.drawn_at, locked.drawn_by = clock.now(), by
    locked.save()
    audit.record(action="sample.draw", by=by, obj=locked, data={"list_digest": locked.list_digest, "result": found.ids})
    held, calendar = parameters.load(), workdays.current()
    whole = due_date(held.text("duties.post_hold"), year=locked.year, calendar=calendar)  # the report is due before the evaluation itself
    due = max(clock.today(), min(whole, calendar.add(clock.today(), held.integer("post_evaluation.report_days"))))
    for district_id in found.ids:
        made = PostEvaluation.objects.create(district_id=district_id, draw=locked, year=locked.year, due=due, opened_at=clock.now())
        notify_event(made, BEGUN)
    return locked


def move_report(found: int, day: dt.date) -> dt.date:
    """Postpone the day by which the report is due, by decision or by the outage rule. Returns the previous day."""
    return move_later(PostEvaluation.objects.filter(pk=found), "due", day)


@writing
def save_report(*, found: PostEvaluation, values: Mapping[str, str], version: int, by: User) -> PostEvaluation:
    """Save the district's report. Raises ``NotAllowed``, ``Refused`` (too long), ``Stale`` with the stored report."""
    locked: PostEvaluation = hold(found)
    NotAllowed.unless(may_fill(posts_of(by), locked), "现在不能填写；刚才填写的内容没有保存，可以复制留用")
    long = [Refusal(f"“{title}”最多{LONGEST}字", field=key) for key, title in ASPECTS.items() if len(values.get(key, "")) > LONGEST]
    if long:
        raise Refused(long)
    hold_version(locked, version)
    locked.report = {key: values.get(key, "").strip() for key in ASPECTS}
    locked.version += 1
    locked.save(update_fields=["report", "version"])
    return locked


def on_hand_up(taken: Taken) -> None:
    """Store who handed it up; another person has to sign."""
    taken.obj.handed_up_by = taken.by


def on_sign(taken: Taken) -> None:
    """Assign number (once) and verification code; freeze the operation figures."""
    found = taken.obj
    found.number, found.filed_at = found.number or next_number("HP", clock.now().year), clock.now()
    found.figures = statements_of(found, taken.today)
    give(found)


def on_propose(taken: Taken) -> None:
    """Store the city's findings on both aspects and its opinion, to be checked by another person."""
    taken.obj.judged, taken.obj.opinion, taken.obj.proposed_by = taken.values["judged"], taken.values["opinion"], taken.by


def on_qualify(taken: Taken) -> None:
    """Conclude with 合格; with an aspect not fulfilled, while the city has not confirmed the criterion, with the reason."""
    if (short := taken.facts["short"]) and not taken.record.reason:
        raise Refused([Refusal("有方面不符合，定为合格请写明理由", found=f"{'、'.join(short)}不符合", field="reason")])
    on_conclude(taken)


def on_conclude(taken: Taken) -> None:
    """Store the conclusion, which is the state reached."""
    taken.obj.conclusion, taken.obj.concluded_at = StageConclusion(taken.record.target), clock.now()
