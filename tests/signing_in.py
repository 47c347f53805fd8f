"""``force_login`` of a test's browser with a third of its statements: most tests begin so, those of all seats do it twenty times.

Django's own stores an empty session, one under another key and the person's, and axes looks for failures three times. Pages find the same:
the person's session, which began just now, and the day of the last sign-in.
"""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import update_last_login
from django.http import HttpRequest
from django.test import Client
from django.test.client import ClientMixin

as_django_does = ClientMixin.force_login  # of the class that clients have it from: not each test is one of pages


def force_login(self, user, backend=None):
    """Whoever was signed in is signed out; a session that goes on, or that nobody has signed in to, is left to Django."""
    held, sessions = self.cookies.get(settings.SESSION_COOKIE_NAME), import_module(settings.SESSION_ENGINE)
    if held:
        session = sessions.SessionStore(held.value)
        if session.get(SESSION_KEY) in {None, str(user.pk)}:
            as_django_does(self, user, backend)
            return
        session.delete()
    user.backend = backend or self._get_backend()
    request = HttpRequest()
    request.session = sessions.SessionStore()
    request.session[SESSION_KEY] = str(user.pk)
    request.session[BACKEND_SESSION_KEY] = user.backend
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    request.session.save()
    update_last_login(None, user)
    self._set_login_cookies(request)


def browser(user):
    """A browser of this person."""
    client = Client()
    client.force_login(user)
    return client
