"""Procedure of a story (九): facts, effects and notified people of its steps."""

from assessments.common.services import district_parties, people_of, step_note
from greendistrict.accounts.models import User
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Party, Procedure, Step, row_lock
from outreach.stories import selectors, services
from outreach.stories.lifecycle import STORY
from outreach.stories.models import Story

MESSAGE = Message.STORY
WRITERS = ("writers",)


def _writers(story: Story, _source: str) -> list[User]:
    """People of the side that wrote it."""
    return people_of(story.district, ("city_officer",) if story.by_city else ("filler", "authority"))


STORY_STEPS = Procedure(
    machine=STORY,
    lock=row_lock(Story, "district"),
    words=step_note(STORY, "outreach:story"),
    facts={"blocking": selectors.blocking, "frozen": selectors.to_freeze},
    parties={**district_parties(lambda story: story.district), "writers": Party("案例编写人", _writers)},
    steps={
        "submit": Step(facts=("blocking",), effect=services.on_submit, turn=("city_officer", "city_checker"), message=MESSAGE),
        "take_back": Step(),
        "return": Step(turn=WRITERS, message=MESSAGE),
        "release": Step(facts=("blocking", "frozen"), effect=services.on_release, informed=WRITERS, message=MESSAGE),
        "withdraw": Step(informed=(*WRITERS, "city_officer"), message=MESSAGE),
        "reopen": Step(),
    },
)
