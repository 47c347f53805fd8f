"""Settings of a version to come: one that changes a table of 0.1.0 and fills what is new from what is there."""

from tests.portal_settings import *  # noqa: F403
from tests.portal_settings import INSTALLED_APPS as NOW

INSTALLED_APPS = [*NOW, "tests.upgrade.rehearsal"]
