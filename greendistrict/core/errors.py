"""Refusals and other errors shown to users, with the rule they are based on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """One reason why something cannot be done now.

    ``rule`` and ``cite`` are the policy's own numbers (empty if it is not a policy rule); ``required`` and ``found`` are
    shown side by side; ``remedy`` says what would make it pass, ``href`` where to do that (or ``field``, its field on the page).
    ``is_moot``: nothing makes it pass as the settings and the decision are, because another step leads on; pages leave such a step out.
    """

    text: str
    rule: str = ""
    cite: str = ""
    required: str = ""
    found: str = ""
    remedy: str = ""
    field: str = ""
    href: str = ""
    is_moot: bool = False


class Refused(Exception):  # noqa: N818 -- it is an answer, not a fault
    """An action is refused, with all reasons at once. Shown as a page with status 409, or next to the form.

    ``file``: the uploaded file that the reasons are about, if they are about one; forms show them at its field.
    ``heading``: of the page, where that of its status does not fit.
    """

    status = 409
    heading = ""
    file: object = None

    def __init__(self, refusals: Sequence[Refusal] | str) -> None:
        self.refusals: tuple[Refusal, ...] = (Refusal(refusals),) if isinstance(refusals, str) else tuple(refusals)
        super().__init__("；".join(refusal.text for refusal in self.refusals))

    @classmethod
    def when(cls, condition: object, text: str) -> None:
        """Raise it with this single reason if the condition holds."""
        if condition:
            raise cls(text)

    @classmethod
    def unless(cls, condition: object, text: str) -> None:
        """Raise it with this single reason unless the condition holds."""
        cls.when(not condition, text)


@contextmanager
def about_file(file: object) -> Iterator[None]:
    """Mark what is refused inside as being about this uploaded file."""
    try:
        yield
    except Refused as refused:
        refused.file = file
        raise


class NotAllowed(Refused):
    """The person may see the object but not do this with it (403)."""

    status = 403


class Stale(Refused):
    """Somebody else saved in the meantime (409); carries the stored object, so that both values can be shown."""

    def __init__(self, text: str, *, current: object = None) -> None:
        super().__init__(text)
        self.current = current


class Closed(Refused):
    """The object can no longer be changed (410)."""

    status = 410


class TooMany(Refused):
    """Rate limit exceeded (429)."""

    status = 429


class StorageUnavailable(Refused):
    """The disk is full or cannot be written to; nothing was stored."""

    status = 507


class Unstorable(Refused):
    """The input contains characters that the database cannot store, such as U+0000."""

    status = 422
