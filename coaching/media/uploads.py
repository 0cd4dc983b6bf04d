"""Uploads on their way in: streamed to the disk while the request is read, and never half kept."""

import os
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from coaching.media import rules


class RefusedUpload(UploadedFile):
    """Stands where a file should be that could not be received; `media.actions.take_in` tells why."""

    def __init__(self, name: str | None, reason: str) -> None:
        super().__init__(None, name, size=0)
        self.reason = reason


class PrivateUploadHandler(TemporaryFileUploadHandler):
    """Keeps the request going when a file is too large or the disk refuses, so that a page can say so in words."""

    reason = ""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.reason, self.received = "", 0
        try:
            super().new_file(*args, **kwargs)
        except OSError as problem:
            self.reason = rules.of_the_disk(problem)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if not self.reason and self.received > settings.MEDIA_MAX_BYTES:
            self._refuse(rules.TOO_LARGE)
        if not self.reason:
            try:
                self.file.write(raw_data)
            except OSError as problem:
                self._refuse(rules.of_the_disk(problem))
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.reason:
            try:
                return super().file_complete(file_size)
            except OSError as problem:
                self._refuse(rules.of_the_disk(problem))
        return RefusedUpload(self.file_name, self.reason)

    def _refuse(self, reason: str) -> None:
        self.reason = reason
        with suppress(OSError):
            os.unlink(self.file.temporary_file_path())
        with suppress(OSError):  # closing writes what is left, which a full disk refuses once more
            self.file.close()
