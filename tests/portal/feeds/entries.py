"""An entry for each feed of the portal, by the name of its routes; all fictional."""

from approvals.cases.models.notices import Notice
from greendistrict.core import clock
from tests.factories.approvals import Filing
from tests.outreach.exchange.world import published
from tests.outreach.stories.world import make_story
from tests.steps import step


def _story(people):
    story = make_story(people)
    step(story, "submit", people.authority)
    step(story, "release", people.city_officer)


def _notice(people):
    Notice.objects.create(case=Filing(people).case, title="演示公示（虚构）", body="演示", opens_on=clock.today(), closes_on=clock.today())


def _event(people):
    published(people)


def _nothing(people):
    """Its entries are those of the others."""


FILLED = {"outreach:event": _event, "outreach:story": _story, "portal:newsletter": _nothing, "portal:publicity": _notice}
