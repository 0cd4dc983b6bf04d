"""What has to be done though nobody asks for it. Importing this makes the conversation follow how files come on."""

from celery import shared_task

from coaching.messaging import changing


@shared_task(name="messaging.clear_removed")
def clear_removed() -> None:
    changing.clear_removed()
