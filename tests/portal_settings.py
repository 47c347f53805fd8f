"""Settings of a portal that a test starts: the portal's own, with its password hash at the smallest cost (``tests.hashers`` says why)."""

from greendistrict.settings import *  # noqa: F403

PUBLIC_CACHE_SECONDS = 0  # a step shows on the next page
PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
