"""Permissions on stories."""

from django.db.models import Model

from districts.file.models.district import District
from districts.file.rules import is_authority, is_own_side, is_preparer
from districts.file.selectors.visibility import is_public
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from outreach.stories.models import EDITABLE, Story


def may_open_story(held: HeldPosts, district: District) -> bool:
    """Whether the user may write about a district: its 区专门机构, the applicant's preparer, and the city's 经办 if it is public."""
    by_city = held.has(Role.CITY_OFFICER) and is_public(district)
    return by_city or is_authority(held, district) or is_preparer(held, district)


def writes(held: HeldPosts, story: Story) -> bool:
    """Whether the user belongs to the side that began the story: the city's 经办, or the district's 区专门机构 and preparer."""
    if story.by_city:
        return held.has(Role.CITY_OFFICER)
    return is_authority(held, story.district) or is_preparer(held, story.district)


def may_write(held: HeldPosts, story: Story) -> bool:
    """Whether the user may edit the story: people of the side that began it, while it is editable."""
    return story.status in EDITABLE and writes(held, story)


def may_add_file(held: HeldPosts, story: Model) -> bool:
    """Upload rule of the file registry: people who may edit the story add photos."""
    return isinstance(story, Story) and may_write(held, story)


def may_drop(held: HeldPosts, story: Story) -> bool:
    """Whether the user may drop the story: those who may edit it, unless it was ever released."""
    return story.frozen is None and may_write(held, story)


def releases(held: HeldPosts, story: Story) -> bool:
    """Whether the user may release the story: the city's 经办 or 审核, but not the person who submitted it."""
    return held.has(Role.CITY_OFFICER, Role.CITY_CHECKER) and story.submitted_by_id != held.person


def withdraws(held: HeldPosts, story: Story) -> bool:
    """Whether the user may withdraw a released story: the city's 经办."""
    del story
    return held.has(Role.CITY_OFFICER)


def on_side(held: HeldPosts, story: Story) -> bool:
    """Clearance rule of the file registry: the district's own side would read classified files (photos of stories are public)."""
    return is_own_side(held, story.district)
