"""`manage.py sweep`: one round of reminders and delivery, by hand or from cron."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from coaching.outbox import delivery, words
from coaching.reminders import actions as reminders


class Command(BaseCommand):
    help = "Posts the reminders that are due, delivers the letters that are due, and says what it did."

    def handle(self, **_options: Any) -> None:
        posted = reminders.sweep(timezone.now())
        said = [f"{number} about {what}" for what, number in posted.items() if number]
        self.stdout.write(f"Reminders: {', '.join(said) or 'none was due'}.")
        self.stdout.flush()
        done = delivery.deliver_due(server=delivery.mail_server())
        self.stdout.write(f"Letters: {words.round_in_words(done)}.")
