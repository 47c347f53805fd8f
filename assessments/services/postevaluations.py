"""Writing evaluations after acceptance: commitment, draw, filing, judgement, conclusion."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from assessments.enums import StageConclusion
from assessments.lifecycle.postevaluation import ASPECTS, POST_EVALUATION
from assessments.models import PostEvaluation, SampleDraw
from assessments.rules import postevaluations as rules
from assessments.sampling import commitment, draw_sample, list_digest
from assessments.selectors.postevaluations import places_of, terms_in_force
from assessments.services.filed import Life, hold_version
from assessments.services.parties import people_of
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.numbers import next_number
from greendistrict.notifications.enums import Message
from greendistrict.policy import parameters
from greendistrict.workflow.models import TransitionRecord

LONGEST = 8000
LIFE = Life(
    model=PostEvaluation,
    machine=POST_EVALUATION,
    told={
        "hand_up": ("signer",),
        "send_back": ("filler",),
        "sign": ("officer", "authority"),
        "recall": ("officer",),
        "return": ("filler", "signer"),
        "propose": ("checker",),
        "check": ("director",),
        "check_back": ("officer",),
        "decide_back": ("officer",),
        "qualify": ("filler", "signer", "authority", "officer"),
        "disqualify": ("filler", "signer", "authority", "officer"),
    },
    message=Message.POST_EVALUATION,
    page="assessments:post",
    key="post",
)


@transaction.atomic
def commit_sample(*, year: int, demo: bool, by: User) -> SampleDraw:
    """Record the hash of a fresh secret before the list freezes. Raises ``NotAllowed``, ``Refused`` (once a year, not ahead)."""
    if not rules.draws(by):
        msg = "后评估抽取由评审秘书办理"
        raise NotAllowed(msg)
    if year > clock.today().year:
        msg = "只能办理当年或以前年度的抽取"
        raise Refused(msg)
    secret = secrets.token_hex(32)
    made, new = SampleDraw.objects.get_or_create(
        year=year,
        is_demo=demo,
        defaults={"secret": secret, "secret_digest": commitment(secret), "committed_at": clock.now(), "committed_by": by},
    )
    if not new:
        msg = f"{year}年已登记抽取承诺"
        raise Refused(msg)
    audit.record(action="sample.commit", by=by, obj=made, data={"year": year, "commitment": made.secret_digest})
    return made


@transaction.atomic
def draw(*, sample: SampleDraw, by: User) -> SampleDraw:
    """Freeze the list, draw, and open an evaluation per district taken. Raises ``NotAllowed``, ``Refused`` (drawn, or nobody there)."""
    if not rules.draws(by):
        msg = "后评估抽取由评审秘书办理"
        raise NotAllowed(msg)
    locked = SampleDraw.objects.select_for_update(of=("self",)).get(pk=sample.pk)
    if locked.drawn_at is not None:
        msg = "这一年已抽取，结果不能更改"
        raise Refused(msg)
    places, terms = places_of(clock.today(), demo=locked.is_demo), terms_in_force()
    if not places:
        msg = "没有可以评估的示范城区"
        raise Refused(msg)
    found = draw_sample(places, terms, locked.secret)
    locked.places, locked.terms = [one.as_json() for one in places], terms.as_json()
    locked.list_digest, locked.due, locked.drawn = list_digest(places, terms), list(found.due), list(found.drawn)
    locked.drawn_at, locked.drawn_by = clock.now(), by
    locked.save()
    audit.record(action="sample.draw", by=by, obj=locked, data={"list_digest": locked.list_digest, "result": found.ids})
    for district_id in found.ids:
        _open(locked, district_id)
    return locked


def _open(sample: SampleDraw, district_id: int) -> None:
    due = workdays.current().add(clock.today(), parameters.load().integer("stage.grace_days"))
    made = PostEvaluation.objects.create(district_id=district_id, draw=sample, year=sample.year, due=due, opened_at=clock.now())
    LIFE.send(made, f"{made}：已抽中，请填报", people_of(made.district, ("filler", "signer", "authority")), key="opened")


@transaction.atomic
def save_report(*, found: PostEvaluation, values: Mapping[str, str], version: int, by: User) -> PostEvaluation:
    """Keep what the district says. Raises ``NotAllowed``, ``Refused`` (too long), ``Stale`` with what is stored."""
    locked = LIFE.locked(found)
    if not rules.may_fill(by, locked):
        msg = "现在不能填写；刚才填写的内容没有保存，可以复制留用"
        raise NotAllowed(msg)
    long = [Refusal(f"“{title}”最多{LONGEST}字", field=key) for key, title in ASPECTS.items() if len(values.get(key, "")) > LONGEST]
    if long:
        raise Refused(long)
    hold_version(locked, version)
    locked.report = {key: values.get(key, "").strip() for key in ASPECTS}
    locked.version += 1
    locked.save(update_fields=["report", "version"])
    return locked


def take(*, found: PostEvaluation, action: str, by: User, reason: str = "", version: int | None = None) -> TransitionRecord:
    """Take one step with what belongs to it, and tell those concerned. Raises as ``perform``; ``Stale`` for an old form."""
    return LIFE.take(found, action, by, facts=lambda _found: None, follow=_follow, reason=reason, version=version)


def _follow(found: PostEvaluation, action: str, by: User | None, _reason: str) -> None:
    if action == "hand_up":
        found.handed_up_by = by
    elif action == "sign":
        found.number, found.filed_at = found.number or next_number("HP", clock.now().year), clock.now()
    elif action == "propose":
        found.proposed_by = by
    elif action in {"qualify", "disqualify"}:
        found.conclusion = StageConclusion.QUALIFIED if action == "qualify" else StageConclusion.UNQUALIFIED
        found.concluded_at = clock.now()


@transaction.atomic
def propose(*, found: PostEvaluation, judged: Mapping[str, Mapping[str, Any]], opinion: str, version: int, by: User) -> TransitionRecord:
    """Record what the city found of both aspects and propose the conclusion that follows."""
    locked = LIFE.locked(found)
    hold_version(locked, version, "期间已有人办理或修改，请核对最新情况后再办")
    if rules.is_officer(by, locked) and locked.status == "filed":
        locked.judged = {key: {"holds": judged[key]["holds"], "note": judged[key]["note"].strip()} for key in ASPECTS}
        locked.opinion = opinion.strip()
        locked.save(update_fields=["judged", "opinion"])
    return take(found=locked, action="propose", by=by)
