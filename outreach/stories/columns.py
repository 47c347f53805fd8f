"""Columns of a story: what it tells, all of it needed for its submission, and the list of stories."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, MomentColumn, StateColumn
from outreach.stories.lifecycle import STORY
from outreach.stories.models import SUMMARY, TEXT, Story, StoryPhoto

CONTENT = Columns(
    Story,
    title=TextColumn(),
    summary=TextColumn(rows=3, most=SUMMARY),
    measures=TextColumn(rows=8, most=TEXT),
    results=TextColumn(rows=5, most=TEXT),
    conditions=TextColumn(rows=4, most=TEXT),
    source=TextColumn(),
)
PHOTO = Columns.of(StoryPhoto, "alt")
STORY_LIST = ListTable(
    Columns(
        Story,
        title=CONTENT["title"],
        district=TextColumn(source="district__name", label="城区"),
        writer=ComputedColumn("编写", lambda row, _today: "市级编写" if row.by_city else "", ("by_city",)),
        dimensions=ComputedColumn("方面", lambda row, _today: "、".join(row.dimensions), ("dimensions",), empty="未选", css=""),
        status=StateColumn(STORY.state, STORY.choices),
        number=TextColumn(empty="—", css="gd-nowrap"),
        released_at=MomentColumn(by_day=True),
    ),
    "title", "district+writer", "dimensions", "status", "number", "released_at", caption="案例", demo="district__is_demo",
)  # fmt: skip
