"""Settings of a portal that a test starts: the portal's own, with its password hash at the smallest cost (``tests.hashers`` says why)."""

from greendistrict.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
