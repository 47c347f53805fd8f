"""Lines of the yearly review of accounts."""

import datetime as dt
from typing import NamedTuple

from django_otp_webauthn.models import WebAuthnCredential

from greendistrict.accounts import yearly_review
from greendistrict.accounts.models import AccountReview, User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.signin.models import CodeApp


class ReviewLine(NamedTuple):
    """One account in the review of a year."""

    person: User
    posts: tuple[str, ...]
    factor: str
    last_login: dt.datetime | None
    is_owed: bool
    review: AccountReview | None
    may_review: bool

    @property
    def seen(self) -> str:
        """Summary of the account as shown in the list, stored with the decision."""
        day = day_in_words(self.last_login.astimezone(clock.SHANGHAI).date()) if self.last_login else "没有登录过"
        return f"{'；'.join(self.posts)}。最近登录：{day}。双因素：{self.factor}"


def review_lines(year: int, viewer: Viewer) -> list[ReviewLine]:
    """All accounts to be reviewed in a year; those not yet reviewed come first."""
    people = yearly_review.under_review(year).prefetch_related("posts__organisation")
    reviews, security = yearly_review.reviews_of(year), yearly_review.security_keepers()
    apps = set(CodeApp.objects.filter(confirmed=True).values_list("user_id", flat=True))
    keys = set(WebAuthnCredential.objects.filter(confirmed=True).values_list("user_id", flat=True))
    lines = [
        ReviewLine(
            person=person,
            posts=tuple(
                f"{post.organisation.name} {post.get_role_display()}（{day_in_words(post.valid_from)}起"
                f"{f'，至{day_in_words(post.valid_to)}' if post.valid_to else ''}）"
                for post in person.posts.all()
                if not post.is_over
            ),
            factor="、".join(name for name, among in (("动态码", apps), ("通行密钥", keys)) if person.pk in among) or "没有",
            last_login=person.last_login,
            is_owed=bool(vars(person)["is_owed"]),
            review=reviews.get(person.pk),
            may_review=year == viewer.today.year and yearly_review.may_review(viewer.user, person, security=person.pk in security),
        )
        for person in people
    ]
    return sorted(lines, key=lambda line: (line.review is not None, not line.is_owed))
