"""Permissions on the pages about obligations."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.policy.rules import decides, deciding_role, reads_check


def may_decide(held: HeldPosts) -> bool:
    """免报、延期: people who may decide either of them according to the settings."""
    return decides(held, "waive") or decides(held, "extend")


def seat_word(held: HeldPosts) -> str:
    """Seat in which the person decides on 免报、延期, as buttons name it."""
    role = deciding_role(held, "extend") or deciding_role(held, "waive")
    return str(role.label) if role else ""


def may_urge(held: HeldPosts) -> bool:
    """催办: people who oversee duties of others; which ones is checked per obligation (``obligations.urging``)."""
    return held.has(Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.SECRETARIAT, Role.AUTHORITY)


def reads_progress(held: HeldPosts) -> bool:
    """谁在哪一步: everybody who may read the policy check, for the districts whose file they may open."""
    return reads_check(held)


def reads_watches(held: HeldPosts) -> bool:
    """关注事项: everybody who may read duties of districts."""
    return bool(held.roles) and not held.is_keeper


def reads_outlook(held: HeldPosts) -> bool:
    """未来五年: the city and its secretariat, who plan panels and receipts."""
    return held.is_city or held.has(Role.SECRETARIAT)
