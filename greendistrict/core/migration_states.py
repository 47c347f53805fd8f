"""States of the models between two steps of ``migrate``, made without rendering every related model again after each step."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState

FIND = "_find_reload_model"


@contextmanager
def rendered_alone() -> Iterator[None]:
    """Let a step of a migration render the model that it changes and no other, as long as this lasts; for steps forwards only.

    Django renders all models that are related to it through any number of others, which is nearly all of them: nine tenths of the time
    of migrating an empty database. A step forwards asks for its own model and for those that this one points to. Whoever may ask for
    more gets everything anew: steps in Python by Django's own mark of a delayed state, changes of relations here.
    """
    django = getattr(ProjectState, FIND)
    setattr(ProjectState, FIND, _found)
    try:
        yield
    finally:
        setattr(ProjectState, FIND, django)


def _found(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:  # noqa: FBT001, FBT002 -- Django's
    is_new = model_name not in state.apps.all_models[app_label]
    if delay or is_new:
        state.is_delayed = True
        return {(app_label, model_name)}
    real = {(found.app_label, found.name_lower) for found in _real_models(state)}
    return {*state.models, *real}


def _real_models(state: ProjectState) -> Any:
    return state.apps.real_models
