"""Django application with the portal's middleware and nothing else: the lower limit of a web worker's memory.

Started as a top-level module, because importing it through our packages would load what it is meant to exclude.
"""

import os
from urllib.parse import unquote

import django
import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

DATABASE = environ.Env.db_url_config(os.environ["DATABASE_URL"])
DATABASE["HOST"] = unquote(DATABASE["HOST"])


def answer(request: HttpRequest) -> HttpResponse:
    """View that loads session and user and returns an empty response."""
    return HttpResponse(str(request.user.is_authenticated))


settings.configure(
    SECRET_KEY="bench-only",  # noqa: S106 -- signs nothing that is stored
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": DATABASE},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    USE_TZ=True,
)
urlpatterns = [path("", answer)]
django.setup()
application = get_wsgi_application()
