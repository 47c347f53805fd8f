"""Record attendance and ratings, and enter a training in the ledger of a district."""

from collections.abc import Collection

from django.db import transaction

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.writing import writing
from greendistrict.workflow.procedure import hold, hold_version
from operation.entries.models import TrainingSession
from operation.entries.rules import may_keep
from operation.entries.sections import TRAININGS
from operation.ledger.services import KEEPER, save_entry
from outreach.exchange import rules, selectors
from outreach.exchange.models import EventSignUp, EventState, ExchangeEvent, LedgerTaking

MATERIAL = 200
COUNTED = "人数和满意率由交流活动的到场和评价登记得出"


@transaction.atomic
def mark(*, event: ExchangeEvent, came: Collection[int], evaluation: str, version: int, by: User) -> ExchangeEvent:
    """Record who attended, and the organiser's evaluation. Raises ``NotAllowed``, ``Stale``."""
    locked: ExchangeEvent = hold(event)
    NotAllowed.unless(rules.may_mark(posts_of(by), locked), "到场由市级经办在活动举办后、办结前登记")
    hold_version(locked, version)
    rows = locked.sign_ups.filter(selectors.PLACED)
    rows.filter(pk__in=came).update(attended=True)
    rows.exclude(pk__in=came).update(attended=False, satisfied=None, comment="")
    locked.evaluation = evaluation.strip()
    locked.version += 1
    locked.save(update_fields=["evaluation", "version"])
    counted = selectors.attendance_of(locked)
    audit.record(action="exchange_event.mark", by=by, obj=locked, data={"placed": counted.placed, "attended": counted.attended})
    return locked


@writing
def rate(*, row: EventSignUp, satisfied: bool, comment: str) -> None:
    """Save or change an attendee's rating. Raises ``Refused``."""
    event: ExchangeEvent = hold(row.event)
    locked = EventSignUp.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    locked.event = event
    Refused.unless(rules.may_rate(locked), "到场的人在活动办结前可以评价")
    locked.satisfied, locked.comment = satisfied, comment.strip()
    locked.save(update_fields=["satisfied", "comment"])


@transaction.atomic
def take_to_ledger(*, event: ExchangeEvent, district: District, by: User) -> LedgerTaking:
    """Enter a closed training, with the district's number of attendees, in the district's ledger; once per district.

    Raises ``NotAllowed``, ``Refused`` if nobody attended for the district or the ledger has the training already.
    """
    locked: ExchangeEvent = hold(event)
    NotAllowed.unless(may_keep(posts_of(by), district), KEEPER)
    Refused.unless(locked.is_training and locked.status == EventState.CLOSED, "办结的培训才能记入运营台账")
    counted = selectors.attendance_of(locked)
    Refused.unless(counted.of(district), "这个城区没有人到场")
    Refused.when(locked.takings.filter(district=district).exists(), "这个城区已经把这次培训记入台账")
    by_hand = selectors.same_in_ledger(locked, district)
    Refused.when(by_hand is not None, "运营台账已有同名、同日的培训，不重复记入")
    day = locked.starts_on or clock.today()
    values = {
        "tier": locked.tier,
        "title": locked.title,
        "planned_on": day,
        "held_on": day,
        "hours": locked.hours,
        "invited": None,
        "attended": counted.of(district),
        "material": "、".join(one.title for one in selectors.material_of(locked))[:MATERIAL],
        "rating": counted.rating,
        "result": fitted(TrainingSession, "result", locked.evaluation),
        "note": f"由交流活动{locked.number}记入",
    }
    entry = save_entry(section=TRAININGS, district=district, year=day.year, values=values, by=by, explanation=COUNTED)
    session = TrainingSession.objects.get(pk=entry.pk)
    made = LedgerTaking.objects.create(event=locked, district=district, session=session, taken_at=clock.now(), taken_by=by)
    audit.record(action="exchange_event.take", by=by, obj=district, data={"event": locked.number, "attended": counted.of(district)})
    return made
