"""Permissions on the pages about obligations."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.policy.rules import decides, deciding_role, reads_check


def may_decide(user: User) -> bool:
    """免报、延期: people who may decide either of them according to the settings."""
    return decides(user, "waive") or decides(user, "extend")


def seat_word(user: User) -> str:
    """Seat in which the person decides on 免报、延期, as buttons name it."""
    role = deciding_role(user, "extend") or deciding_role(user, "waive")
    return str(role.label) if role else ""


def may_urge(user: User) -> bool:
    """催办: people who oversee duties of others; which ones is checked per obligation (``obligations.urging``)."""
    held = posts_of(user)
    return held.has(Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.SECRETARIAT, Role.AUTHORITY)


def reads_progress(user: User) -> bool:
    """谁在哪一步: everybody who may read the policy check, for the districts whose file they may open."""
    return reads_check(user)


def reads_watches(user: User) -> bool:
    """关注事项: everybody who may read duties of districts."""
    held = posts_of(user)
    return bool(held.roles) and not held.is_keeper


def reads_outlook(user: User) -> bool:
    """未来五年: the city and its secretariat, who plan panels and receipts."""
    held = posts_of(user)
    return held.is_city or held.has(Role.SECRETARIAT)
