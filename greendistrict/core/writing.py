"""Services that write without recording an act: what was read before is not remembered after them."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from greendistrict.core import memoisation

P = ParamSpec("P")
T = TypeVar("T")


def writing(service: Callable[P, T]) -> Callable[P, T]:
    """The service in a transaction; whoever records an act has forgotten already what was read (``audit.services.record``)."""

    @wraps(service)
    def written(*args: P.args, **kwargs: P.kwargs) -> T:
        with transaction.atomic():
            made = service(*args, **kwargs)
        memoisation.forget()
        return made

    return written
