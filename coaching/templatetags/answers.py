"""What a conversation's page says about answers by mail."""

from datetime import datetime, timedelta
from typing import Any

from django import template

from accounts.models import User
from coaching.messaging.models import Conversation
from coaching.messaging.models_by_mail import UntakenMail

register = template.Library()
TOLD_FOR = timedelta(days=7)


@register.inclusion_tag("messaging/_untaken.html", takes_context=True)
def untaken_mail(context: dict[str, Any], conversation: Conversation, me: User) -> dict[str, Any]:
    """A mail that one of the two wrote and that did not get in, of the last week; the reader's own first."""
    now: datetime = context["request"].now
    lately = UntakenMail.objects.filter(conversation=conversation.pk, at__gt=now - TOLD_FOR).select_related(
        "person"
    )
    found = sorted(lately, key=lambda each: each.person_id != me.pk)
    shown = {"mail": found[0], "mine": found[0].person_id == me.pk} if found else {}
    return {**shown, "request": context["request"], "csrf_token": context.get("csrf_token")}
