"""Stories, events, and remedies against replies to requests for information."""

import datetime as dt

from greendistrict.core import clock
from outreach.disclosures.lifecycle import DISCLOSURE_REMEDY
from outreach.exchange.lifecycle import EXCHANGE
from outreach.exchange.services import sign_ups
from outreach.exchange.services.events import counted_state
from outreach.stories.lifecycle import STORY
from tests.matters.matter import Matter
from tests.outreach.disclosures.contesting import HIGH, OUTCOME, SECOND, judge, sue
from tests.outreach.disclosures.test_disclosures import answered, file
from tests.outreach.exchange.world import published
from tests.outreach.stories.world import make_story
from tests.steps import step


class StoryMatter(Matter):
    machine = STORY
    routes = ("outreach:story", "outreach:story_action")
    labels = {"案例编写人": {"authority", "preparer"}}

    def make(self):
        return make_story(self.people)

    def to(self, state):
        self.store(status=state, submitted_by=self.people.authority)


class EventMatter(Matter):
    """A training on its day, with two who signed up."""

    machine = EXCHANGE
    routes = ("outreach:event", "outreach:event_action")
    labels = {"报名人": {"partner", "bureau"}}

    def make(self):
        event = published(self.people, starts=0, capacity=2)
        for user in (self.people.partner, self.people.bureau):
            sign_ups.sign_up(event=event, by=user)
        return event

    def to(self, state):
        counted = counted_state(self.obj, None, {}) if state == "closed" else {}
        self.store(status=state, evaluation="有序（虚构）", written_by=self.people.city_officer, **counted)

    def ready(self, action):
        if action == "close":
            self.obj.sign_ups.update(attended=True)
        return {}


class DisclosureRemedyMatter(Matter):
    """A suit against a reply to a request for information."""

    machine = DISCLOSURE_REMEDY
    slow = True
    routes = ("outreach:disclosure_remedy", "outreach:disclosure_remedy_act")

    def make(self):
        return sue(answered(file().request, self.people), self.people)

    def to(self, state):
        given = {**OUTCOME, "outcome": "withdrawn", "on": clock.today(), "scan": None, "redo_by": None}
        if state in {"judged", "appealed"}:
            judge(self.obj, self.people)
        if state in {"found", "closed"}:
            step(self.obj, "find", self.people.city_officer, **given)
        self.store(status=state)

    def ready(self, action):
        today = clock.today().isoformat()
        if action == "ordinary":
            self.store(simplified=True)
        if action == "effect":
            before = clock.today() - dt.timedelta(days=30)
            self.store(judged_on=before, filed_on=before)
        return {
            "reply": {"number": "演建辩〔2026〕1号", "on": today},
            "find": {**OUTCOME, "outcome": "withdrawn", "on": today},
            "judge": {**OUTCOME, "judgment": "judgment", "on": today},
            "appeal": {"filer": "city", "body": HIGH, "number": SECOND, "filed_on": today},
            "effect": {"on": today},
            "ordinary": {"on": today},
        }.get(action, {})
