"""What went wrong with another calendar, in one sentence for its owner."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FETCHING: dict[str, str | Promise] = {
    "scheme": _("This address does not begin with https://, so anyone on the way could read your calendar."),
    "address": _("This is not an address that we can read. Copy it once more from your calendar program."),
    "unknown": _("There is no such address. Perhaps a letter is missing: copy it once more."),
    "private": _("This address leads into a private network, where we do not go."),
    "unreachable": _("Nobody answers at this address."),
    "certificate": _("The other side cannot prove that it is who it says, so nothing was read."),
    "slow": _("The other side took longer than we wait."),
    "large": _("This calendar is larger than we read: 8 MB at most."),
    "redirects": _("This address sends us from place to place without end."),
    "refused": _("The other side does not let us in. Has the secret address been changed?"),
    "gone": _("There is no calendar at this address any more. Has the secret address been changed?"),
    "trouble": _("The other side has trouble and gave us no calendar."),
}
READING: dict[str, str | Promise] = {
    "none": _("There is a page at this address, but no calendar. Look for one that ends in .ics."),
    "often": _("Something in this calendar repeats every minute or second. That cannot be read."),
    "many": _("There is more in this calendar than we can read."),
    "deep": _("This is no calendar as programs write them, so nothing was read."),
    "broken": _("This calendar is damaged or cut short, so nothing was read."),
    "heavy": _("This calendar takes too long to read."),
}
