"""Application configuration."""

from greendistrict.core import wired


class AccountsConfig(wired.WiredConfig):
    """App of users, organisations and the posts that connect them."""

    name = "greendistrict.accounts"
