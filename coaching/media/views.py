"""Where files come in, piece by piece: tus 1.0.0, for our own pages and for any client that speaks it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from django_ratelimit.core import is_ratelimited

from coaching.media import resumable, rules, turns, tus
from coaching.media.models import Upload
from coaching.people.access import PageRequest, member_required, who
from coaching.people.models import Client

BEGINS = "60/m"
CLIENTS_PURPOSES = ("voice", "message")
_OVERRIDDEN = ("PATCH", "DELETE")
View = Callable[..., HttpResponseBase]


def speaks_tus(*methods: str) -> Callable[[View], View]:
    """For `methods` of tus. No token against forged requests is asked for, since clients of tus know none: each
    request but OPTIONS must carry the header Tus-Resumable instead. No foreign page can send that without asking
    first (a preflight), and we never say yes; a foreign Origin is refused besides.
    """

    def mark(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            answer = _not_tus(request, methods) or view(request, *args, **kwargs)
            answer.headers["Tus-Resumable"] = tus.VERSION
            answer.headers.setdefault("Cache-Control", "no-store")
            return answer

        return guarded

    return mark


def _not_tus(request: PageRequest, methods: tuple[str, ...]) -> HttpResponse | None:
    if request.method == "GET":
        return HttpResponseNotAllowed(methods)
    if request.method == "OPTIONS":
        return None
    if _is_foreign(request):
        return HttpResponse(status=403)
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        return HttpResponse(status=412, headers={"Tus-Version": tus.VERSION})
    return None if _method(request) in methods else HttpResponseNotAllowed(methods)


def _is_foreign(request: PageRequest) -> bool:
    origin = request.headers.get("Origin")
    own = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return origin is not None and origin not in own


def _method(request: PageRequest) -> str:
    """What is meant: browsers behind old proxies can only POST."""
    meant = request.headers.get("X-HTTP-Method-Override", "").upper()
    return meant if request.method == "POST" and meant in _OVERRIDDEN else str(request.method)


@member_required
@speaks_tus("OPTIONS", "POST")
def uploads(request: PageRequest) -> HttpResponseBase:
    """OPTIONS says what is spoken here, POST begins an upload."""
    if request.method == "OPTIONS":
        return _spoken()
    if is_ratelimited(request, group="media.begin", key="user", rate=BEGINS, increment=True):
        return _said(429, _("That was a lot at once. Wait a minute, then send again."))
    try:
        upload = _begun(request)
        return _come_so_far(request, upload)
    except tus.NotUnderstood:
        return _said(400, _("This upload does not say what it is, or how large."))
    except resumable.TooMany as problem:
        return _said(429, problem.sentence)
    except rules.Refused as refusal:
        return _said(413, refusal.sentence)


def _spoken() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(settings.MEDIA_MAX_BYTES),
            "Tus-Checksum-Algorithm": ",".join(tus.CHECKSUMS),
        },
    )


def _begun(request: PageRequest) -> Upload:
    said = tus.metadata(request.headers.get("Upload-Metadata", ""))
    is_client = isinstance(who(request), Client)
    purpose = said.get("purpose") or ("message" if is_client else "lesson")
    if purpose not in (CLIENTS_PURPOSES if is_client else resumable.PURPOSES):
        raise tus.NotUnderstood
    begin, end = tus.cut(said.get("begin"), said.get("end"))
    return resumable.begin(
        person=request.user,
        purpose=purpose,
        name=said.get("filename") or said.get("name") or "",
        size=tus.whole_number(request.headers.get("Upload-Length")),
        begin=begin,
        end=end,
        room=settings.MEDIA_MAX_BYTES * (1 if is_client else 4),
        now=request.now,
    )


def _come_so_far(request: PageRequest, upload: Upload) -> HttpResponse:
    """Begun, with the first bytes when they came along (creation-with-upload)."""
    there = {
        "Location": request.build_absolute_uri(reverse("upload", args=[upload.pk])),
        "Upload-Expires": http_date(upload.expires_at.timestamp()),
    }
    answer = HttpResponse(status=201, headers=there)
    if not upload.size:
        resumable.finish(upload=upload, now=request.now)
    elif request.content_type == tus.CONTENT_TYPE:
        received = _received(request, upload, 0)
        if received.status_code != 204:
            return received
        answer.headers["Upload-Offset"] = received.headers["Upload-Offset"]
    return answer


@csrf_exempt  # guarded by `speaks_tus`, once it is known whose upload it is
@member_required
def upload(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """HEAD says how much has come, PATCH brings more, DELETE throws it away."""
    found = resumable.find(person=request.user, upload_id=pk)
    if found is None:
        raise Http404
    return _upload(request, found)


@speaks_tus("OPTIONS", "HEAD", "PATCH", "DELETE")
def _upload(request: PageRequest, found: Upload) -> HttpResponseBase:
    if request.method == "OPTIONS":
        return _spoken()
    if _is_gone(request, found):
        return HttpResponse(status=410)
    method = _method(request)
    if method == "DELETE":
        resumable.throw_away(upload=found)
        return HttpResponse(status=204)
    return _head(found) if method == "HEAD" else _patch(request, found)


def _is_gone(request: PageRequest, found: Upload) -> bool:
    return bool(found.refusal) or (found.taken_at is None and found.expires_at <= request.now)


def _head(found: Upload) -> HttpResponse:
    said = {"filename": found.name, "purpose": found.purpose}
    return HttpResponse(
        headers={
            "Upload-Offset": str(resumable.come(found)),
            "Upload-Length": str(found.size),
            "Upload-Metadata": tus.written(said),
            "Upload-Expires": http_date(found.expires_at.timestamp()),
        }
    )


def _patch(request: PageRequest, found: Upload) -> HttpResponse:
    if request.content_type != tus.CONTENT_TYPE:
        return HttpResponse(status=415)
    try:
        offset = tus.whole_number(request.headers.get("Upload-Offset"))
    except tus.NotUnderstood:
        return HttpResponse(status=400)
    return _received(request, found, offset)


def _received(request: PageRequest, found: Upload, offset: int) -> HttpResponse:
    announced = request.headers.get("Content-Length", "")
    if offset != resumable.come(found):
        return HttpResponse(status=409, headers={"Upload-Offset": str(resumable.come(found))})
    if announced.isdigit() and int(announced) > found.size - offset:
        return _said(413, _("This is more than was announced."))
    try:
        with turns.turn(found.person_id):
            return _taken_down(request, found, offset)
    except tus.NotUnderstood:
        return HttpResponse(status=400)
    except resumable.WrongSum:
        return HttpResponse("checksum mismatch", status=460, reason="Checksum Mismatch", content_type="text/plain")
    except (resumable.Elsewhere, turns.TooManyLines):
        return HttpResponse(status=409)  # both mean to clients of tus: ask again where it stands
    except rules.Refused as refusal:
        return _said(422, refusal.sentence)
    except OSError as problem:
        return _said(507, rules.not_kept(rules.of_the_disk(problem)))


def _taken_down(request: PageRequest, found: Upload, offset: int) -> HttpResponse:
    checksum = tus.checksum(request.headers.get("Upload-Checksum"))
    if not found.file_id:
        offset = resumable.receive(upload=found, offset=offset, body=request, checksum=checksum, now=request.now)
        if offset == found.size:
            found = resumable.finish(upload=found, now=request.now)
    expires = http_date(found.expires_at.timestamp())
    return HttpResponse(status=204, headers={"Upload-Offset": str(offset), "Upload-Expires": expires})


def _said(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


@require_GET
@member_required
def outcome(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """What became of an upload: {"state": "coming", "checking", "kept", "taken" or "refused", ...}."""
    found = resumable.find(person=request.user, upload_id=pk)
    if found is None:
        raise Http404
    if not (found.file_id or found.refusal):
        found = resumable.finish(upload=found, now=request.now, wait=False)
    file = found.file
    return JsonResponse(
        {
            "state": _state(found),
            "sentence": found.refusal,
            "name": found.name,
            "size": found.size,
            "come": resumable.come(found),
            "file": file and str(file.pk),
            "kind": file and file.kind,
            "duration": file and file.duration,
        },
        headers={"Cache-Control": "no-store"},
    )


def _state(found: Upload) -> str:
    if found.refusal:
        return "refused"
    if found.file_id:
        return "taken" if found.taken_at else "kept"
    return "checking" if resumable.come(found) == found.size else "coming"
