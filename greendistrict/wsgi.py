"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")
_django = get_wsgi_application()

from greendistrict.core.checks import refuse_misconfiguration  # noqa: E402 -- as above
from greendistrict.core.encodings import in_utf_8  # noqa: E402 -- the applications are loaded by now

application = in_utf_8(_django)
refuse_misconfiguration()
