"""What the apps above have to say about a district's file, registered in ``AppConfig.ready()``.

*Holds*: while the city examines a case, what it rests on must not change under its hands; a return opens it again.
*Followers*: what has to go along when another body becomes the applicant.
"""

from collections.abc import Callable

from districts.models import District
from greendistrict.core.errors import Refusal

Hold = Callable[[District], Refusal | None]
Follower = Callable[[District], int]
_holds: list[Hold] = []
_followers: list[Follower] = []


def register(hold: Hold) -> None:
    """Take in somebody who may hold a file: ``hold(district)`` is the refusal to show, ``None`` while it is free."""
    if hold not in _holds:
        _holds.append(hold)


def register_follower(follower: Follower) -> None:
    """Take in what goes along with a new applicant: ``follower(district)`` moves it and tells how many things it moved."""
    if follower not in _followers:
        _followers.append(follower)


def held(district: District) -> list[Refusal]:
    """Why the file cannot be changed now; empty while it can."""
    found = [refusal for hold in _holds if (refusal := hold(district))]
    if district.merged_into_id:
        found.append(Refusal(f"已并入{district.merged_into}，资料不再修改", remedy="请在并入的城区办理"))
    return found


def follow(district: District) -> int:
    """Let everything go along with the district's new applicant; returns how many things went."""
    return sum(follower(district) for follower in _followers)
