"""Decisive acts: the first press changes nothing and tells what the second one does; none is left out of the registry."""

import html
import re
from pathlib import Path

import pytest

from approvals.titles.models.publicity import Title
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.features import decisive_acts
from greendistrict.workflow.letters import drafts_of, letter_sources, slug_of
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from greendistrict.workflow.procedure import procedures
from tests.matters.every import MATTERS
from tests.matters.walk import Walk, deliver

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
STEPS = [key for key in sorted(decisive_acts()) if key.partition(".")[0] in MATTERS]
# Acts that are no steps: pages of releases; each has its own test of both presses.
RELEASES = {
    "scores.release": ("assessments/score_releases", "tests/assessments/score_releases"),
    "progress.release": ("beautiful/releases", "tests/beautiful/releases"),
    "carbon.release": ("carbon/releases", "tests/carbon"),
}
DECIDES = re.compile("^(公告|公布|公示|发布|关账|审定)|同意变更$")
MAKES = {"titles", "applied", "dossier", "notice"}
# Steps that read like decisive ones and are not.
OTHERS = {
    "acceptance.announce", "application.announce", "loss.announce",  # by the batch that lists them
    "acceptance.close_notice", "application.close_notice",  # end a notice, decide nothing
    "acceptance.close_notice_to_decide", "application.close_notice_to_decide",
}  # fmt: skip


def stands():
    """What a decision changes: steps, titles, messages."""
    titles = [(one.pk, one.end) for one in Title.objects.order_by("pk")]
    return TransitionRecord.objects.count(), titles, OutboxMessage.objects.count()


def letters(obj, person):
    """Letters about a matter that the person may read: their titles by key, and the steps that need them."""
    return {one.key: one for one in drafts_of(obj, Viewer(person))} if slug_of(obj) in letter_sources.by_key else {}


@pytest.mark.parametrize("key", STEPS)
def test_the_first_press_changes_nothing_and_tells_what_the_second_does(client, key):
    name, action = key.split(".")
    kind = MATTERS[name]
    source = next(one.sources[0] for one in kind.machine.transitions if one.action == action)
    with clock.at(kind.moment or clock.now()):
        matter = kind()
        matter.to(source)
        deliver()
        step = Walk(client, matter, action)
        client.force_login(step.takers[0])
        before, version = stands(), step.obj.version
        known = letters(step.obj, step.takers[0])
        first = step.post(version)
        told = html.unescape(first.content.decode())
        assert (first.status_code, stands()) == (200, before), told[:3000]
        done = step.post(matter.fresh().version, confirmed="yes")
        assert done.status_code == 302, done.content.decode()[:3000]
        made = letters(matter.fresh(), step.takers[0])
        papers = [one.title for one in made.values() if action in one.actions or one.key not in known]
    records = TransitionRecord.objects.order_by("pk")[before[0] :]
    moved = [procedure_of_record(record).machine.state(record.target).label for record in records if record.source != record.target]
    notes = OutboxMessage.objects.order_by("pk")[before[2] :]
    titles = [note.payload["title"] for note in notes if note.kind == "notification"]
    assert [words for words in (*moved, *titles, *papers) if words not in told] == []
    members = [line.case for line in step.obj.lines.all()] if name == "announcement" else []
    assert [case for case in members if case.number not in told or case.district.name not in told] == []
    assert [title.number for title in Title.objects.exclude(pk__in=[pk for pk, _ in before[1]]) if title.number not in told] == []


def procedure_of_record(record):
    """Procedure of the machine of a stored step."""
    return next(one for one in procedures() if one.machine.name == record.machine)


def test_no_decisive_step_is_left_out():
    found = {
        f"{one.machine.name}.{step.action}"
        for one in procedures()
        for step in one.machine.transitions
        if step.seats and not step.by_system and (DECIDES.search(step.label) or MAKES & set(one.steps[step.action].makes))
    }
    assert found - decisive_acts() == OTHERS & found
    known = {f"{one.machine.name}.{step.action}" for one in procedures() for step in one.machine.transitions}
    assert decisive_acts() - known == set(RELEASES)


@pytest.mark.parametrize("key", RELEASES)
def test_a_release_asks_first(key):
    feature, _ = RELEASES[key]
    assert "ReleasePage(" in (ROOT / feature / "views.py").read_text()
    assert "publish(" in (ROOT / feature / "services.py").read_text()
    assert "asked_first(" in (ROOT / "districts/releases/views.py").read_text()
    assert "tell(" in (ROOT / "districts/releases/services.py").read_text()


def test_every_release_to_the_public_is_known():
    services = {path.parent: path.read_text() for path in ROOT.glob("*/*/services.py")}
    found = {str(place.relative_to(ROOT)) for place, text in services.items() if re.search(r"^def release\(", text, re.MULTILINE)}
    assert found - {"outreach/quarantine"} == {feature for feature, _ in RELEASES.values()}
