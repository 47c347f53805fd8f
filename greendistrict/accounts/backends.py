"""Authentication backend: name and password only, no permissions."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import person_named
from greendistrict.core.compiled import MARK_OF_KEY, Compiled

ACTIVE = Compiled(lambda key: User.objects.filter(pk=key, is_active=True), MARK_OF_KEY)  # asked by every request


class ActiveUserBackend(BaseBackend):
    """Authenticates by a normalised account name; unknown names take the same time as known ones."""

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
        """User of a session; a disabled one is signed out at once."""
        found: list[User] = ACTIVE.read(user_id)
        return found[0] if found else None
