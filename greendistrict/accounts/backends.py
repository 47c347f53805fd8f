"""Authentication backend: name and password only, no permissions."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import person_named
from greendistrict.core.django_internals import MARK_OF_KEY, Compiled

ACTIVE = Compiled(lambda key: User.objects.filter(pk=key, is_active=True), MARK_OF_KEY)  # read by every request


class ActiveUserBackend(BaseBackend):
    """Authenticates by normalised account name; an unknown name takes as long as a known one."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """User for the given ``username`` and ``password``, or None."""
        del request
        username, password = credentials.get("username"), credentials.get("password")
        if not username or password is None:
            return None
        user = person_named(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """User of a session; None for a disabled account, which ends its session."""
        found: list[User] = ACTIVE.read(user_id)
        return found[0] if found else None
