"""Who looks after the exchange with other systems."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def may_keep_adapters(held: HeldPosts) -> bool:
    """The system keeper, who sees counts, keys and reasons, but no content of business."""
    return held.has(Role.SYSTEM_KEEPER)
