"""Files in a bucket of an S3 server, through django-storages. Imported only where there is one: it is slow."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.core.files.storage import storages
from storages.backends.s3 import S3Storage

from coaching.media.shelf import ADDRESS_LIVES

_MB = 1024 * 1024


class Storage(S3Storage):
    """Two parts of 8 MB on their way at a time, whatever the size. Checksums only where the server asks for
    them: not all servers know the newer ones."""

    def __init__(self, *, addressing_style: str, **options: Any) -> None:
        asked = Config(
            signature_version="s3v4",
            s3={"addressing_style": addressing_style},
            connect_timeout=5,
            read_timeout=60,
            retries={"max_attempts": 3, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        parts = TransferConfig(multipart_threshold=8 * _MB, multipart_chunksize=8 * _MB, max_concurrency=2)
        super().__init__(client_config=asked, transfer_config=parts, default_acl=None, **options)


class Bucket:
    """A `shelf.Shelf`."""

    @property
    def _storage(self) -> Any:
        return storages["media"]

    def put(self, source: Path, name: str) -> None:
        with _as_os_errors(), source.open("rb") as content:
            self._storage.save(name, File(content))

    def forget(self, source: Path) -> None:
        source.unlink(missing_ok=True)

    def at_hand(self, name: str, folder: Path) -> Path:
        target = folder / name.replace("/", "-")
        if not target.exists():
            with _as_os_errors():
                self._storage.bucket.download_file(name, str(target), Config=self._storage.transfer_config)
        return target

    def remove(self, name: str) -> None:
        with _as_os_errors():
            self._storage.delete(name)

    def names(self, start: str) -> list[str]:
        with _as_os_errors():
            return [each.key for each in self._storage.bucket.objects.filter(Prefix=start)]

    def address(self, name: str, *, media_type: str, disposition: str) -> str | None:
        told = {
            "ResponseContentType": media_type,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": "private, no-cache",
        }
        return str(self._storage.url(name, parameters=told, expire=int(ADDRESS_LIVES.total_seconds())))


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """A bucket that cannot be reached is to its callers what a disk is that cannot be written."""
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as problem:
        raise OSError(f"the bucket refused: {problem}") from problem
