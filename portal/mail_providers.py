"""What anymail must know to believe a mail provider: its news of letters, and the mail that it takes in for us."""

from django.core.exceptions import ImproperlyConfigured

# Who signs what they send, and anymail's name for the key. The others prove themselves by MAIL_SECRET.
_KEYS = {
    "mailersend": "MAILERSEND_SIGNING_SECRET",
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "mandrill": "MANDRILL_WEBHOOK_KEY",
    "postal": "POSTAL_WEBHOOK_KEY",
}
NONE = "none"
NAMES = (*_KEYS, "brevo", "mailjet", "mailtrap", "postmark", "sendgrid", "sparkpost")


def anymail_settings(provider: str, *, secret: str, key: str) -> dict[str, str]:
    """`secret` is "user:password", as it stands in the addresses that are called.

    Raises ImproperlyConfigured when a provider is named and nothing would prove that it is the provider, and for a
    secret that no address can carry.
    """
    if provider in _KEYS and not key:
        raise ImproperlyConfigured(f"MAIL_KEY is not set: {provider} signs its calls with it.")
    needed = provider != NONE and provider not in _KEYS
    if (secret or needed) and not all(secret.partition(":")):
        raise ImproperlyConfigured("MAIL_SECRET must be like user:password, as in the addresses that are called.")
    known = {"WEBHOOK_SECRET": secret, _KEYS.get(provider, ""): key}
    return {name: value for name, value in known.items() if name and value}
