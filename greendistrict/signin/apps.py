"""Application configuration."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """How people sign in and how long that lasts."""

    name = "greendistrict.signin"
