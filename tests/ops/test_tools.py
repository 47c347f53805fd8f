"""Demo and bench are for development: production neither installs nor needs them."""

import ast
import os

from tests.architecture.sources import ROOT, sources
from tests.ops.running import python
from tests.ops.test_env import PRODUCTION

COMMANDS = {path.stem for path in (ROOT / "tools" / "management" / "commands").glob("[a-z]*.py")}
WITHOUT_TOOLS = """
import importlib, sys
sys.modules["tools"] = None  # whoever imports it fails
import django
from django.apps import apps
from django.conf import settings
django.setup()
loaded = {"drf_spectacular.views", "django.test", "requests", "pint", "weasyprint", "openpyxl"} & set(sys.modules)
assert not loaded, f"heavy, and not every process needs it: {loaded}"
from django.urls import get_resolver
assert get_resolver().url_patterns
from greendistrict.celery import app
app.loader.import_default_modules()
import greendistrict.wsgi
print(settings.PRODUCTION, "tools" in settings.INSTALLED_APPS, apps.is_installed("portal"))
"""


def in_production(*command):
    """A command of a production process; its database and Redis do not exist."""
    base = {name: value for name, value in os.environ.items() if not name.startswith("GD_") and name not in PRODUCTION}
    return python(*command, env={**base, **PRODUCTION, "DJANGO_SETTINGS_MODULE": "greendistrict.settings"})


def test_web_and_worker_load_in_production_without_the_tools():
    done = in_production("-c", WITHOUT_TOOLS)
    assert (done.returncode, done.stdout.split()) == (0, ["True", "False", "True"]), done.stderr[-3000:]


def test_their_commands_say_in_production_why_they_are_missing():
    import manage

    assert manage.TOOLS == COMMANDS
    for command in ("demo_load", "bench", "load"):
        done = in_production("manage.py", command)
        assert done.returncode == 1
        assert done.stderr == f"{command} 只在开发和演示环境可用，正式环境（GD_PRODUCTION=1）不安装演示数据和性能测量\n"


def test_no_app_names_the_tools():
    """Imports are held by the contracts; this finds what is imported by a path in a string."""
    named = [
        (source.path, node.value)
        for source in sources()
        if not source.path.startswith("tools/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (node.value == "tools" or node.value.startswith("tools."))
    ]
    assert named == [("greendistrict/settings/base.py", "tools")]


def test_neither_image_nor_compose_file_names_the_tools():
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("Dockerfile", "docker-compose.yml")]
    assert not any(word in text for text in texts for word in ("tools/", "tools.", *COMMANDS))
