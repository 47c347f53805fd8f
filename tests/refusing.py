"""What the portal refuses, one call a line."""

import pytest

from greendistrict.core.errors import Refused


def refuses(what, call, /, *given, **named):
    """A call is refused: as ``Refused`` in these words (a pattern), or with an error of this class."""
    __tracebackhide__ = True
    error, words = (Refused, what) if isinstance(what, str) else (what, None)
    with pytest.raises(error, match=words):
        call(*given, **named)
