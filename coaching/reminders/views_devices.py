"""On which phones and browsers somebody is told things."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.devices import in_words
from coaching.outbox import devices
from coaching.people.access import PageRequest, member_required
from coaching.reminders import actions
from coaching.reminders.forms import DeviceForm


@require_POST
@member_required
def device_add(request: PageRequest) -> HttpResponse:
    """This browser wants to be told. The first of a person's devices also begins to tell of messages."""
    form = DeviceForm(request.POST)
    try:
        if not form.is_valid():
            raise devices.NoDevice
        name = in_words(request.headers.get("User-Agent", ""))
        actions.tell_on(person=request.user, name=name, now=request.now, **form.cleaned_data)
    except devices.NoDevice:
        sentence = _("This browser could not be reached. Try once more, or take another one.")
        return JsonResponse({"error": sentence}, status=422)
    messages.success(request, _("From now on messages are told here, not by e-mail."))
    return JsonResponse({}, status=201)


@require_POST
@member_required
def device_forget(request: PageRequest, pk: int) -> HttpResponse:
    device = get_object_or_404(devices.of(request.user), pk=pk)
    devices.forget(device=device)
    messages.success(request, _("Nothing is told on %s any more.") % device.name)
    return redirect("reminders")
