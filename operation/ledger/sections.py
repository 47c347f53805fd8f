"""All sections of the ledger, in order."""

from operation.audits.forms import AUDITS
from operation.bodies.forms import BODIES
from operation.common.forms import LedgerSection
from operation.events.forms import EVENTS
from operation.funds.forms import FUNDS
from operation.mechanisms.forms import MEETINGS, RECORDS
from operation.platforms.forms import PLATFORMS
from operation.trainings.forms import TRAININGS

SECTIONS: tuple[LedgerSection, ...] = (BODIES, RECORDS, MEETINGS, PLATFORMS, TRAININGS, AUDITS, EVENTS, FUNDS)
BY_KEY = {one.key: one for one in SECTIONS}
