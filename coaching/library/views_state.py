"""How far the preparing of a recording is, for a page that is open."""

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from coaching.library.models import Recording
from coaching.people.access import PageRequest, practitioner_required


@practitioner_required
def state(request: PageRequest, file: UUID) -> HttpResponseBase:
    """A fragment. One query, besides who asks."""
    found = get_object_or_404(
        Recording.objects.filter(practitioner=request.practitioner).select_related("file"), file=file
    )
    answer = render(request, "library/_state.html#now", {"file": found.file})
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
