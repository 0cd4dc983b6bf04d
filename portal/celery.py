"""Celery: it only wakes workers up. What is due, and who has it, stands in the database."""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["coaching"])

# Preparing a recording takes minutes and all of a processor: it has a queue and a worker of its own, so that a
# sign-in code or a reminder never waits behind it.
app.conf.task_routes = {"media.*": {"queue": "media"}}

# Several workers may sleep for a while, or have clocks of their own: a wish to look is good for ten minutes.
_STILL_WANTED = {"expires": 600}

app.conf.beat_scheduler = "portal.beat:SteadyScheduler"
app.conf.beat_max_loop_interval = 15  # so soon is a jump of the clock noticed
app.conf.beat_schedule = {
    "sweep reminders": {"task": "reminders.sweep", "schedule": 20.0, "options": _STILL_WANTED},
    "deliver letters": {"task": "outbox.deliver", "schedule": 15.0, "options": _STILL_WANTED},
    "keep sessions at their hours": {"task": "booking.keep_hours", "schedule": 60.0, "options": {"expires": 55}},
    "let requests lapse": {"task": "booking.lapse", "schedule": 60.0, "options": {"expires": 55}},
    "ask who waits": {"task": "booking.offer_all", "schedule": 60.0, "options": {"expires": 55}},
    "process recordings": {"task": "media.process_waiting", "schedule": 60.0, "options": {"expires": 55}},
    "clear uploads": {"task": "media.clear_uploads", "schedule": 3600.0, "options": {"expires": 3500}},
    "clear removed messages": {"task": "messaging.clear_removed", "schedule": 3600.0, "options": {"expires": 3500}},
    "read mail": {"task": "mailroom.read_folder", "schedule": 60.0, "options": {"expires": 55}},
    "read calendars": {"task": "booking.read_calendars", "schedule": 60.0, "options": {"expires": 55}},
    "forget old mail": {"task": "mailroom.forget_old", "schedule": 86400.0, "options": {"expires": 3500}},
    "forget old events": {"task": "live.forget_old", "schedule": 3600.0, "options": {"expires": 3500}},
}


@celeryd_init.connect
def be_born_deaf(**_: Any) -> None:
    """A process of the pool hears nothing until it knows what to do with it (below), instead of dying of it."""
    os.register_at_fork(after_in_child=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM}))


@worker_process_init.connect
def finish_what_is_begun(**_: Any) -> None:
    """Let a process of the pool finish its task when all are told to stop; the worker ends it after that.

    Otherwise a letter that is just being handed to the mail server would become uncertain. A handler of our own,
    since "ignore" would be inherited by the programs that a task starts.
    """
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
