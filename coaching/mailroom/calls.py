"""The body of a provider's call. A mail with a picture is larger than any form of ours may be, so it is read here,
before the framework would refuse it."""

from email import policy
from email.message import Message
from email.parser import BytesParser
from io import BytesIO

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

_FORM = "multipart/form-data"


def read_whole(request: HttpRequest, *, most: int) -> None:
    """Have `request.body`, `POST` and `FILES` up to `most` bytes. Raises SuspiciousOperation for a longer one."""
    body = request.read(most + 1)
    if len(body) > most:
        raise SuspiciousOperation("The call is too large.")
    request._body = body
    request._stream = BytesIO(body)
    if request.content_type == _FORM:
        _fill(request, body)


def _fill(request: HttpRequest, body: bytes) -> None:
    """What a form of several parts says (RFC 7578)."""
    said, files = QueryDict(mutable=True, encoding="utf-8"), MultiValueDict[str, SimpleUploadedFile]()
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    form = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    parts = form.get_payload()
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Message):
            name, file, content = _named(part), part.get_filename(), _content(part)
            if file:
                files.appendlist(name, SimpleUploadedFile(file, content, part.get_content_type()))
            else:
                said.appendlist(name, content.decode("utf-8", "replace"))
    request._post, request._files = said, files  # type: ignore[attr-defined]


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _named(part: Message) -> str:
    return str(part.get_param("name", "", header="content-disposition"))
