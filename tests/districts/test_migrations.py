"""Migrations that take something away on the way back."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from districts.models import KeyArea
from greendistrict.core import clock


@pytest.mark.slow  # the states of all migrations are built
@pytest.mark.django_db
def test_going_back_before_the_versions_of_key_areas_keeps_the_newest():
    for name, number in (("嘉定新城", 1), ("嘉定新城", 2), ("奉贤新城", 1), ("嘉定新城", 3)):
        KeyArea.objects.create(
            name=name, number=number, geometry={}, area_km2=1, source=f"演示批复{number}", system="EPSG:4326", sha256="0" * 64,
            entered_at=clock.now(),
        )  # fmt: skip
    connection.check_constraints()  # what is deferred keeps a table from being altered
    executor = MigrationExecutor(connection)
    executor.migrate([("districts", "0010_list_imports")])
    before = executor.loader.project_state(("districts", "0010_list_imports")).apps.get_model("districts", "KeyArea")
    assert set(before.objects.values_list("name", "source")) == {("嘉定新城", "演示批复3"), ("奉贤新城", "演示批复1")}
