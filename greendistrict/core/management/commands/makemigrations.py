"""``manage.py makemigrations``: Django's command, which leaves the words of models and fields out of migrations."""

from django.core.management.commands import makemigrations

from greendistrict.core.schema import WordlessAutodetector


class Command(makemigrations.Command):
    """``makemigrations`` that writes nothing where only a label, a help text or the words of choices changed."""

    autodetector = WordlessAutodetector
