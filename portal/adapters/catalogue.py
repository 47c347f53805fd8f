"""All adapters, in the order of the page."""

from portal.adapters.declaration import Adapter
from portal.adapters.figures import FIGURES
from portal.adapters.oa import OA

ADAPTERS: dict[str, Adapter] = {one.key: one for one in (OA, FIGURES)}
