"""Registry of figures that a district may insert into its operation report; the features above register theirs."""

from assessments.self_checks.registry import LiveFigure
from greendistrict.core.registry import Registry

# ``says`` takes the report. Filled by ``wiring.py`` of carbon and operation; read by ``selectors.text``.
operation_figures: Registry[LiveFigure] = Registry(
    "figures of a report on operation",
    entry="a figure that a district may state in its operation report: its name, section and the sentence that states it now",
)
