"""Application configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, organisations and the posts that connect them."""

    name = "greendistrict.accounts"
