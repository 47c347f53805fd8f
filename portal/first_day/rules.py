"""Who looks after the check before regular use."""

from greendistrict.accounts.selectors import HeldPosts


def may_keep_check(held: HeldPosts) -> bool:
    """The three keepers, who share it: the lines are work of each of them, and say nothing of business."""
    return held.is_keeper
