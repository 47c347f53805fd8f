"""What becomes of a job whose worker dies or hangs: Redis hands it out again, and never while the first is still at it."""

import pytest

from greendistrict.celery import app

app.loader.import_default_modules()
OURS = sorted(name for name in app.tasks if not name.startswith("celery."))


@pytest.mark.parametrize("name", OURS)
def test_a_job_is_acknowledged_after_it_ran_and_ends_before_redis_hands_it_out_again(name):
    task = app.tasks[name]
    soft, hard = (getattr(task, limit) or app.conf[f"task_{limit}"] for limit in ("soft_time_limit", "time_limit"))
    assert task.acks_late
    assert task.reject_on_worker_lost
    assert 0 < soft < hard < app.conf.broker_transport_options["visibility_timeout"]


def test_mail_reports_imports_and_maintenance_wait_in_queues_of_their_own():
    assert {queue.name for queue in app.conf.task_queues} >= {"default", "mail", "reports", "imports", "maintenance"}
    routed = {name: app.amqp.router.route({}, name)["queue"].name for name in OURS}
    assert routed["greendistrict.workflow.tasks.drain_mail"] == "mail"
    assert routed["reports.tasks.make_report"] == "reports"
    assert routed["greendistrict.documents.tasks.sweep_files"] == "maintenance"
