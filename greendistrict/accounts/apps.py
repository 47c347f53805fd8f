"""Application configuration."""

from greendistrict.core import wired


class AccountsConfig(wired.WiredConfig):
    """Users, organisations and the posts that connect them."""

    name = "greendistrict.accounts"
