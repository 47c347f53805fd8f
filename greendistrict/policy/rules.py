"""Permissions: who decides on settings, and who may read the policy check."""

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.policy import parameters

CHECK_READERS = CITY | {Role.AUTHORITY, Role.SECRETARIAT, Role.PARTNER, Role.PREPARER, Role.REVIEWER, Role.CONSULTANT}


def may_set(held: HeldPosts) -> bool:
    """Whether the person may confirm or change a setting: the director (审定)."""
    return held.has(Role.CITY_DIRECTOR)


def is_directors(action: str) -> bool:
    """Whether an action (``grant``, ``announce``, ``extend`` …) is reserved to the director by the setting ``approval_chain``."""
    return action in parameters.load().words("approval_chain.director_decides")


def deciding_roles(action: str) -> tuple[Role, ...]:
    """Roles that may decide an action: 审定, and 审核 unless the settings reserve the action to the director."""
    return (Role.CITY_DIRECTOR,) if is_directors(action) else (Role.CITY_DIRECTOR, Role.CITY_CHECKER)


def deciding_role(held: HeldPosts, action: str) -> Role | None:
    """Role in which the person decides an action, own posts before delegated ones; None if the person may not."""
    roles = deciding_roles(action)
    own = {post.role for post in held.own}
    return next((role for role in (*(one for one in roles if one in own), *roles) if held.has(role)), None)


def decides(held: HeldPosts, action: str) -> bool:
    """Whether the person decides an action: 审定, and 审核 unless the settings reserve the action to the director."""
    return deciding_role(held, action) is not None


def reads_check(held: HeldPosts) -> bool:
    """Whether the person may open the policy check of all districts: not experts, bureaus and keepers."""
    return held.has(*CHECK_READERS)
