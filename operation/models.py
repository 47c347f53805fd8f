"""Models of the app ``operation``."""

from operation.audits.models import EnergyAudit
from operation.bodies.models import ManagementBody
from operation.events.models import PublicEvent
from operation.funds.models import YearFund
from operation.mechanisms.models import MechanismMeeting, MechanismRecord
from operation.platforms.models import DigitalPlatform
from operation.trainings.models import TrainingSession

__all__ = [
    "DigitalPlatform",
    "EnergyAudit",
    "ManagementBody",
    "MechanismMeeting",
    "MechanismRecord",
    "PublicEvent",
    "TrainingSession",
    "YearFund",
]
