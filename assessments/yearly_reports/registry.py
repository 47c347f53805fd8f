"""Registry of figures that a district may state in its report on a year of operation; the features above register theirs."""

from assessments.self_checks.registry import LiveFigure
from greendistrict.core.registry import Registry

# ``says`` takes the report. Written by ``wiring.py`` of carbon and operation; read by ``selectors.text``.
operation_figures: Registry[LiveFigure] = Registry("figures of a report on operation")
