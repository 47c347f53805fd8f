"""Settings, read from the environment through ``greendistrict.env``; in production, values that must be set have no defaults."""

from greendistrict.settings.accounts import *
from greendistrict.settings.adapters import *
from greendistrict.settings.api import *
from greendistrict.settings.base import *
from greendistrict.settings.contacts import *
from greendistrict.settings.delivery import *
from greendistrict.settings.files import *
from greendistrict.settings.jobs import *
