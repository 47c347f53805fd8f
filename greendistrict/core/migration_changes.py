"""Which changes of a model need a migration: not those of its words, which no database knows."""

from typing import Any

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.models import Field

FIELD_WORDS = ("verbose_name", "help_text", "choices")
MODEL_WORDS = ("verbose_name", "verbose_name_plural")


class WordlessAutodetector(MigrationAutodetector):
    """Compares models without labels, help texts and choices, so that a word is changed in one line and without a migration.

    The values that a column may have are held by its check constraint, whose change is seen.
    """

    def deep_deconstruct(self, obj: Any) -> Any:
        """As Django's, a field without its words."""
        found = super().deep_deconstruct(obj)
        if not isinstance(obj, Field):
            return found
        path, arguments, options = found
        return path, arguments, {name: value for name, value in options.items() if name not in FIELD_WORDS}

    def generate_altered_options(self) -> None:
        """As Django's, of models without their words."""
        for state in (self.from_state, self.to_state):
            for model in state.models.values():
                model.options = {name: value for name, value in model.options.items() if name not in MODEL_WORDS}
        super().generate_altered_options()
