"""Groups of roles that see the same entries of the menu."""

from greendistrict.accounts.enums import CITY, KEEPERS, Role

EVERYBODY: frozenset[str] = frozenset(Role.values)
BUSINESS: frozenset[str] = EVERYBODY - KEEPERS
FILING: frozenset[str] = BUSINESS - {Role.EXPERT, Role.VERIFIER}
DISTRICT_SIDE: frozenset[str] = frozenset({Role.AUTHORITY, Role.PREPARER, Role.REVIEWER, Role.CONSULTANT})
REVIEWING: frozenset[str] = CITY | {Role.SECRETARIAT, Role.EXPERT}
RUNNING_SYSTEMS: frozenset[str] = CITY | {Role.PARTNER, Role.PREPARER, Role.CONSULTANT}
TOKEN_HOLDERS: frozenset[str] = RUNNING_SYSTEMS | {Role.BUREAU, Role.AUTHORITY}
WATCHING: frozenset[str] = CITY | DISTRICT_SIDE | {Role.SECRETARIAT, Role.PARTNER, Role.BUREAU}
# Who uses what daily: the first twelve entries of the menu, by what these seats owe and do.
HANDLING: frozenset[str] = CITY - {Role.CITY_LEGAL}
FILLING: frozenset[str] = frozenset({Role.PREPARER, Role.CONSULTANT})
