"""What anymail must know to believe a mail provider's news of letters."""

from django.core.exceptions import ImproperlyConfigured

# Who signs what they send, and anymail's name for the key. The others prove themselves by MAIL_NEWS_SECRET.
_KEYS = {
    "mailersend": "MAILERSEND_SIGNING_SECRET",
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "mandrill": "MANDRILL_WEBHOOK_KEY",
    "postal": "POSTAL_WEBHOOK_KEY",
}
NONE = "none"
NAMES = (*_KEYS, "brevo", "mailjet", "mailtrap", "postmark", "sendgrid", "sparkpost")


def anymail_settings(provider: str, *, secret: str, key: str) -> dict[str, str]:
    """`secret` is "user:password", as it stands in the address that the provider calls.

    Raises ImproperlyConfigured when a provider is named and nothing would prove that it is the provider.
    """
    if provider == NONE:
        return {}
    if provider in _KEYS and not key:
        raise ImproperlyConfigured(f"MAIL_NEWS_KEY is not set: {provider} signs its news with it.")
    if provider not in _KEYS and ":" not in secret:
        raise ImproperlyConfigured("MAIL_NEWS_SECRET must be like user:password, as in the address of the news.")
    known = {"WEBHOOK_SECRET": secret, _KEYS.get(provider, ""): key}
    return {name: value for name, value in known.items() if name and value}
