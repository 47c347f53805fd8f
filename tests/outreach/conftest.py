"""The cast, made once for each module."""

from tests.factories.accounts import cast as make_cast
from tests.factories.once import copy_of, once

cast = once(make_cast)
people = copy_of("cast")
