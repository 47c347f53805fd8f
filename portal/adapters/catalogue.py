"""All adapters, in the order of the page."""

from portal.adapters.cases import CASES
from portal.adapters.credit import CREDIT
from portal.adapters.declaration import Adapter
from portal.adapters.figures import FIGURES
from portal.adapters.oa import OA
from portal.adapters.plots import PLOTS
from portal.adapters.readings import READINGS

ADAPTERS: dict[str, Adapter] = {one.key: one for one in (OA, CASES, PLOTS, READINGS, FIGURES, CREDIT)}
