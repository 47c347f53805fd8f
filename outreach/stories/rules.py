"""Permissions on stories."""

from django.db.models import Model

from districts.file.models.district import District
from districts.file.rules import is_authority, is_own_side, is_preparer
from districts.file.selectors.visibility import is_public
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from outreach.stories.enums import EDITABLE
from outreach.stories.models import Story


def may_open_story(user: User, district: District) -> bool:
    """Whether the user may write about a district: its 区专门机构, the applicant's preparer, and the city's 经办 if it is public."""
    by_city = posts_of(user).has(Role.CITY_OFFICER) and is_public(district)
    return by_city or is_authority(user, district) or is_preparer(user, district)


def writes(user: User, story: Story) -> bool:
    """Whether the user belongs to the side that began the story: the city's 经办, or the district's 区专门机构 and preparer."""
    if story.by_city:
        return posts_of(user).has(Role.CITY_OFFICER)
    return is_authority(user, story.district) or is_preparer(user, story.district)


def may_write(user: User, story: Story) -> bool:
    """Whether the user may edit the story: people of the side that began it, while it is editable."""
    return story.status in EDITABLE and writes(user, story)


def may_add_file(user: User, story: Model) -> bool:
    """Upload rule of the file registry: people who may edit the story add photos."""
    return isinstance(story, Story) and may_write(user, story)


def may_drop(user: User, story: Story) -> bool:
    """Whether the user may drop the story: those who may edit it, unless it was ever released."""
    return story.frozen is None and may_write(user, story)


def releases(user: User, story: Story) -> bool:
    """Whether the user may release the story: the city's 经办 or 审核, but not the person who submitted it."""
    return posts_of(user).has(Role.CITY_OFFICER, Role.CITY_CHECKER) and story.submitted_by_id != user.pk


def withdraws(user: User, story: Story) -> bool:
    """Whether the user may withdraw a released story: the city's 经办."""
    del story
    return posts_of(user).has(Role.CITY_OFFICER)


def on_side(user: User, story: Story) -> bool:
    """Clearance rule of the file registry: the district's own side would read classified files (photos of stories are public)."""
    return is_own_side(user, story.district)
