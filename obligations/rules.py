"""Who opens which page about what falls due."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.policy.rules import decides, reads_check


def may_decide(user: User) -> bool:
    """免报、延期: whoever decides either of them by the settings."""
    return decides(user, "waive") or decides(user, "extend")


def may_urge(user: User) -> bool:
    """催办: whoever looks after duties of others, each by what they look after (``obligations.urging``)."""
    held = posts_of(user)
    return held.has(Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.SECRETARIAT, Role.AUTHORITY)


def reads_progress(user: User) -> bool:
    """谁在哪一步: whoever reads the policy check of districts, each for the districts whose file they may open."""
    return reads_check(user)


def reads_watches(user: User) -> bool:
    """关注事项: whoever reads duties of districts."""
    held = posts_of(user)
    return bool(held.roles) and not held.is_keeper


def reads_outlook(user: User) -> bool:
    """未来五年: the city and its secretariat, who plan panels and receipts."""
    held = posts_of(user)
    return held.is_city or held.has(Role.SECRETARIAT)
