"""Where recordings are kept, when not on this machine: a bucket of an S3 server, from the environment."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from portal.env import Environment


@dataclass(frozen=True)
class Bucket:
    """`origin` is where browsers fetch the files from, for the content security policy."""

    storage: dict[str, Any]
    origin: str


def bucket(environment: Environment) -> Bucket | None:
    """None where MEDIA_S3_BUCKET is not set. Raises ImproperlyConfigured when half of it is set."""
    name = environment.text("MEDIA_S3_BUCKET", "")
    if not name:
        return None
    endpoint = environment.url("MEDIA_S3_ENDPOINT", "", schemes=("http", "https"))
    region = environment.text("MEDIA_S3_REGION", "us-east-1")
    key, secret = environment.text("MEDIA_S3_KEY", ""), environment.text("MEDIA_S3_SECRET", "")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured("MEDIA_S3_KEY and MEDIA_S3_SECRET belong together: set both, or none of them.")
    # Amazon gives each bucket a host of its own; other servers need not.
    at_amazon = f"https://s3.{region}.amazonaws.com"
    parts = urlsplit(endpoint)
    origin = f"{parts.scheme}://{parts.netloc}" if endpoint else at_amazon.replace("//", f"//{name}.", 1)
    options = {
        "bucket_name": name,
        "endpoint_url": endpoint or at_amazon,
        "region_name": region,
        "access_key": key or None,
        "secret_key": secret or None,
        "addressing_style": "path" if endpoint else "virtual",
    }
    return Bucket({"BACKEND": "coaching.media.bucket.Storage", "OPTIONS": options}, origin)
