"""Questions of test_demo_story, asked inside a portal: ``python -m tests.portal.fiction reference|counts|look|jobs`` prints JSON."""

import json
import os
import stat
import sys
from collections import Counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")
# Nobody mandates a verifier; keepers see to lines of 开用检查; a partner owes the self-report of an area in which it had a task.
IDLE = {"verifier"}
KEPT = {"audit", "contenttypes", "sessions", "axes"}


def rows_by_table():
    """How many rows each table of the portal has; what only grows is left out."""
    from django.apps import apps

    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label not in KEPT]
    return Counter({model._meta.label: model._default_manager.count() for model in models if model._meta.label != "core.Counter"})


def counts():
    """Rows of every table, and where the real districts stand."""
    from districts.file.models.district import District

    return {"rows": rows_by_table(), "real": sorted(District.objects.filter(is_demo=False).values_list("code", "stage", "star"))}


def reference():
    """The same after the reference data came in."""
    from portal.reference.services import load_reference_data

    load_reference_data(log=lambda _: None)
    return counts()


def look():
    """What is wrong with the story, sight by sight, each under its name; how many figures of the officer's pages were compared."""
    import datetime as dt

    from django.test.utils import setup_test_environment

    from districts.file.models.district import District
    from greendistrict.accounts.models import Organisation, User
    from greendistrict.accounts.viewer import Viewer
    from greendistrict.core import clock
    from greendistrict.notifications.models import Notification
    from greendistrict.workflow.models import OutboxMessage
    from portal.todo.selectors import tasks_of
    from tests.portal import figures, story
    from tools.demo import cast

    setup_test_environment()
    accounts = cast.accounts_path()
    listed = json.loads(accounts.read_text("utf-8"))
    fiction = District.objects.filter(is_demo=True)
    old = Notification.objects.filter(created_at__lt=clock.now() - dt.timedelta(days=30))
    names = fiction.values_list("name", flat=True)
    stages = set(fiction.values_list("stage", flat=True))
    walks = {row["seat"]: figures.walk(User.objects.get(username=row["username"])) for row in listed}
    told = story.told(listed)
    told["with nothing to do"] = sorted(set(told["with nothing to do"]) ^ IDLE)
    wrong = {
        "accounts readable by others": stat.S_IMODE(accounts.stat().st_mode) != 0o600,
        "columns of the accounts": [row for row in listed if set(row) != {"seat", "username", "password"}],
        "a password that does not open": not User.objects.get(username=listed[0]["username"]).check_password(listed[0]["password"]),
        "names that do not say fiction": [name for name in names if not (name.startswith("演示") and name.endswith("（虚构）"))],
        "stages nobody is in": sorted({"candidate", "pilot", "demonstration"} - stages),
        "accounts that are not fiction": User.objects.filter(is_demo=False).count(),
        "real bodies with people": Organisation.objects.filter(is_demo=False, posts__isnull=False).count(),
        "messages not sent": OutboxMessage.objects.filter(done_at__isnull=True).count(),
        "no message older than a month": not old.exists(),
        "old messages unread": old.filter(read_at__isnull=True).count(),
        "a consultant without a task": not tasks_of(Viewer(User.objects.get(username="consultant"))),
        **told,
        "figures": [line for said, _compared in walks.values() for line in said],
    }
    return {"wrong": {name: found for name, found in wrong.items() if found}, "compared": walks["city_officer"][1]}


def jobs():
    """Run each scheduled job once, as a night with the demo does; returns how many there are."""
    from greendistrict.celery import app
    from greendistrict.core.schedule import names_by_task

    app.loader.import_default_modules()
    for task in names_by_task():
        app.tasks[task].apply(throw=True)
    return len(names_by_task())


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps({"reference": reference, "counts": counts, "look": look, "jobs": jobs}[sys.argv[1]]()))
