"""Steps as a person takes them from a page opened just now, and who is told of what; ``tests/matters`` walks all of them."""

from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.procedure import procedure_of, take

REASON = "走查时填写的理由（虚构）"
PEOPLE = {
    "申报主体": {"preparer", "reviewer"}, "申报主体填报人": {"preparer"}, "申报主体审核人": {"reviewer"}, "区专门机构": {"authority"},
    "实施主体": {"authority"}, "市级经办": {"city_officer"}, "市级审核": {"city_checker"}, "市级审定": {"city_director"},
    "市级法制": {"city_legal"}, "被征询的部门": {"partner"}, "评审秘书": {"secretariat"}, "提出人": {"city_officer"},
    "征询人": {"city_officer"}, "系统管理员": {"system_keeper"}, "安全管理员": {"security_keeper"},
}  # fmt: skip


def step(obj, action, by, reason="", **values):
    """Take a step as from a page opened just now, and give the object as it is stored then."""
    obj.refresh_from_db()
    take(obj=obj, action=action, by=by, version=obj.version, values=values, reason=reason)
    return obj


def draw_for(review, by):
    """Draw the panel, or who is missing on it."""
    review.refresh_from_db()
    return step(review, "draw" if review.status == "preparing" else "redraw", by)


def version_of(obj):
    """Version that a page opened now would post."""
    return type(obj).objects.values_list("version", flat=True).get(pk=obj.pk)


def reaches(cast, obj, event, by=None, **labels):
    """Those whom the row of an event names have its message in their inbox, and nobody else; ``by`` did it himself.

    ``labels`` are the seats behind words that mean others here. Returns the titles.
    """
    while outbox.drain():
        pass
    procedure = procedure_of(obj)
    name = f"{procedure.machine.name}:{obj.pk}:{event}"
    notes = Notification.objects.filter(key__startswith=f"note:{name}:")
    seats = {user.pk: seat for seat, user in cast.everybody.items()}
    words = procedure.notified_by(procedure.events[event]).words
    expected = {seat for label in words.split("、") for seat in {**PEOPLE, **labels}[label]} - {by}
    assert {seats.get(note.receiver_id, note.receiver.username) for note in notes} == expected
    return {note.title for note in notes}
