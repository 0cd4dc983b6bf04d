"""Words of letters are not for keeping in memory: some of them are secret."""

from django.conf import LazySettings
from django.core.mail import send_mail

from coaching.outbox import delivery, rendering
from coaching.outbox.models import Letter
from coaching.people.models import Client

CODE = "The numbers are\n\n493817\n\nGoodbye."


def test_no_words_stay_once_a_letter_is_written(teresa: Client, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "coaching.outbox.mail.OutboxBackend"
    rendering.html("Something read before.")
    assert rendering._parsed.cache_info().currsize
    send_mail("Your six numbers", CODE, None, [teresa.user.email], fail_silently=False)
    assert "493817" in Letter.objects.get().text
    assert not rendering._parsed.cache_info().currsize


def test_no_words_stay_after_a_round(teresa: Client) -> None:
    rendering.html("Something read before.")
    delivery.deliver_due(server=None)
    assert not rendering._parsed.cache_info().currsize
