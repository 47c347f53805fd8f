"""Application configuration."""

from greendistrict.core import wired


class SigninConfig(wired.WiredConfig):
    """How people sign in and how long that lasts."""

    name = "greendistrict.signin"
