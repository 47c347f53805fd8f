"""The only module that changes passwords; whatever was opened with the old one ends."""

import secrets
import string

from axes.utils import reset as unlock
from django.db import transaction

from greendistrict.accounts.models import User, name_key
from greendistrict.accounts.revocation import Why, revoke
from greendistrict.core import clock


@transaction.atomic
def set_password(*, user: User, password: str, why: Why) -> None:
    """Store the new password, end what was opened with the old one, and lift a lock of the account name."""
    user.set_password(password)
    user.password_changed_at = clock.now()
    user.save(update_fields=["password", "password_changed_at"])
    revoke(user, why, by=user)
    unlock(username=name_key(user.username))


def random_password() -> str:
    """Random password of 16 letters and digits in three classes without look-alikes, for demo and trial accounts."""
    letters = [sign for sign in string.ascii_letters + string.digits if sign not in "0O1lI"]
    while True:
        word = "".join(secrets.choice(letters) for _ in range(16))
        if any(sign.islower() for sign in word) and any(sign.isupper() for sign in word) and any(sign.isdigit() for sign in word):
            return word
