"""Calendars outside, as pages: one's own feed, and a practitioner's other calendars."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coaching.booking.calendars import actions, feeds, queries
from coaching.booking.calendars.busy import NotRead
from coaching.booking.calendars.forms import BusyForm
from coaching.booking.views import asked
from coaching.people.access import PageRequest, member_required, open_to_all, practitioner_required


@open_to_all
@require_safe
def feed(request: PageRequest, token: str) -> HttpResponseBase:
    """A person's sessions, for whoever has the address: that is its secret. Three queries."""
    found = queries.feed_by(token)
    if found is None:
        raise Http404
    content = feeds.content_of(found, request.now)
    found = actions.note_feed_read(feed=found, content=content, now=request.now)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    changed = int((found.changed_at or request.now).timestamp())
    answer["ETag"], answer["Last-Modified"] = quote_etag(found.digest[:40]), http_date(changed)
    answer = get_conditional_response(request, answer["ETag"], changed, answer) or answer
    answer["Cache-Control"] = "private, no-cache"
    answer["Content-Disposition"] = 'inline; filename="sessions.ics"'
    answer["X-Robots-Tag"] = "noindex"
    return answer


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: PageRequest) -> HttpResponseBase:
    """One's own feed. A POST gives it a new address."""
    if request.method == "POST":
        had = queries.feed_for(request.user) is not None
        actions.open_feed(person=request.user, now=request.now)
        if had:
            messages.success(request, _("This is the new address. The old one shows nothing any more."))
        return redirect("settings_calendar")
    found = queries.feed_for(request.user)
    context = {"feed": found, "ways": feeds.addresses_of(found) if found else None, "here": "settings"}
    return render(request, "booking/calendar_feed.html", context)


@member_required
@require_POST
def calendar_end(request: PageRequest) -> HttpResponseBase:
    actions.end_feed(person=request.user)
    messages.success(request, _("The address is gone. Programs that knew it will find nothing there."))
    return redirect("settings_calendar")


@practitioner_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def busy(request: PageRequest) -> HttpResponseBase:
    """Her other calendars, each with how fresh it is. A POST reads another one for the first time."""
    form = BusyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if slow_down := asked.too_many(request):
            return slow_down
        if form.is_valid() and _add(request, form):
            return redirect("settings_busy")
    stale = set(queries.stale_calendars(request.practitioner, request.now).values_list("pk", flat=True))
    context = {
        "form": form,
        "calendars": [(each, each.pk in stale) for each in queries.busy_calendars(request.practitioner)],
        "here": "settings",
    }
    return render(request, "booking/busy.html", context, status=422 if form.errors else 200)


def _add(request: PageRequest, form: BusyForm) -> bool:
    """Whether the calendar was read and is kept; else the form says why not."""
    try:
        added = actions.add_busy(practitioner=request.practitioner, now=request.now, **form.cleaned_data)
    except NotRead as why:
        form.add_error("url", str(why.sentence))
    except actions.AlreadyRead:
        form.add_error("url", _("This calendar is read already."))
    except actions.TooMany:
        form.add_error(None, _("Ten calendars are read already. Remove one first."))
    else:
        messages.success(request, _("%s is read. What is busy there cannot be booked here.") % added.name)
    return not form.errors


@practitioner_required
@require_POST
def busy_read(request: PageRequest, pk: int) -> HttpResponseBase:
    """Read one now, without waiting for the next time."""
    found = get_object_or_404(queries.busy_calendars(request.practitioner), pk=pk)
    if slow_down := asked.too_many(request):
        return slow_down
    actions.wish_to_read(calendar=found, now=request.now)
    if actions.read_again(calendar_id=found.pk, now=request.now):
        messages.success(request, _("%s is read.") % found.name)
    else:
        messages.warning(request, _("%s could not be read. The reason stands below.") % found.name)
    return redirect("settings_busy")


@practitioner_required
@require_POST
def busy_remove(request: PageRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(queries.busy_calendars(request.practitioner), pk=pk)
    actions.remove_busy(calendar=found)
    messages.success(request, _("%s is not read any more. What was busy there can be booked.") % found.name)
    return redirect("settings_busy")
