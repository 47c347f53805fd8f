"""All sections of the ledger, in order."""

from operation.audits.sections import AUDITS
from operation.bodies.sections import BODIES
from operation.common.sections import LedgerSection
from operation.events.sections import EVENTS
from operation.funds.sections import FUNDS
from operation.mechanisms.sections import MEETINGS, RECORDS
from operation.platforms.sections import PLATFORMS
from operation.trainings.sections import TRAININGS

SECTIONS: tuple[LedgerSection, ...] = (BODIES, RECORDS, MEETINGS, PLATFORMS, TRAININGS, AUDITS, EVENTS, FUNDS)
BY_KEY = {one.key: one for one in SECTIONS}
