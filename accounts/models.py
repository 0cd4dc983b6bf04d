"""Who can sign in."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts import zones


def validate_zone(name: str) -> None:
    if not zones.is_zone(name):
        raise ValidationError(_("%(zone)s is not a time zone that we know."), params={"zone": name})


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in; without a password, by e-mailed code alone."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an e-mail address, a name and a time zone."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=100, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    zone_confirmed_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=16, default="en-gb")
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_once",
                violation_error_message=_("There is already an account with this e-mail address."),
            )
        ]

    def __str__(self) -> str:
        return self.get_short_name()

    @property
    def zone(self) -> ZoneInfo:
        return zones.zone(self.time_zone)

    @property
    def place(self) -> str:
        """Where this person's clock is, in words: "Lisbon"."""
        return zones.place(self.time_zone)

    def get_full_name(self) -> str:
        return self.name or self.email.split("@", 1)[0]

    def get_short_name(self) -> str:
        return self.get_full_name().split()[0]
