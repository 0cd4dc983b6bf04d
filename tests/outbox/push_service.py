"""A push service of the tests' own, with the phones behind it: it decrypts as browsers do."""

import base64
import json
import os
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from coaching.outbox.models import Device
from coaching.people.models import Client, Practitioner
from tests import cast
from tests.booking.calendars.outside import certificate_for

POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@dataclass
class Phone:
    """A browser's side of a subscription: its keys, and what it was told."""

    path: str
    service: "PushService"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def subscription(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(*POINT)
        return {"endpoint": self.service.url(self.path), "p256dh": _words(point), "auth": _words(self.auth)}

    def of(self, person: Client | Practitioner) -> Device:
        return cast.device(of=person, **self.subscription)

    def hear(self, body: bytes) -> None:
        self.told.append(json.loads(self._decrypted(body)))

    def _decrypted(self, body: bytes) -> bytes:
        """RFC 8291, 3.4 and RFC 8188, 2: written from the RFCs, with no help of what encrypted it."""
        salt, record, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= record
        assert len(body) <= 4096
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self.key.exchange(ec.ECDH(), public)
        info = b"WebPush: info\0" + self.key.public_key().public_bytes(*POINT) + theirs
        secret = _hkdf(shared, self.auth, info, 32)
        key = _hkdf(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(secret, salt, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, sealed, None)
        return padded.rstrip(b"\0").removesuffix(b"\x02")


@dataclass(frozen=True)
class Call:
    path: str
    head: dict[str, str]
    body: bytes


class PushService:
    """with PushService(folder) as service: phone = service.phone(); `says` are statuses to answer with, used up one
    after the other before 201."""

    def __init__(self, folder: Path) -> None:
        self.certificate = certificate_for("localhost", folder)
        self.calls: list[Call] = []
        self.says: deque[tuple[int, dict[str, str]]] = deque()
        self._phones: dict[str, Phone] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.certificate)
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def origin(self) -> str:
        return f"https://localhost:{self._server.server_address[1]}"

    def url(self, path: str) -> str:
        return f"{self.origin}{path}"

    def phone(self) -> Phone:
        path = f"/push/{len(self._phones)}?a=b"
        self._phones[path] = Phone(path, self)
        return self._phones[path]

    def _take(self, call: Call) -> tuple[int, dict[str, str]]:
        self.calls.append(call)
        if self.says:
            return self.says.popleft()
        self._phones[call.path].hear(call.body)
        return 201, {}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                head = {name.lower(): value for name, value in self.headers.items()}
                status, more = service._take(Call(self.path, head, body))
                self.send_response(status)
                for name, value in {**more, "Content-Length": "0"}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextmanager
def running(folder: Path, settings: Any, monkeypatch: Any) -> Iterator[PushService]:
    """On this machine, and trusted for once."""
    from ipaddress import ip_network

    with PushService(folder) as service:
        settings.PUSH_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
        monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
        yield service


def claims_of(authorization: str) -> tuple[dict[str, Any], str]:
    """What a VAPID header claims (RFC 8292), once its signature is found good; and the key that signed it."""
    scheme, _, said = authorization.partition(" ")
    assert scheme == "vapid"
    parts = dict(each.strip().split("=", 1) for each in said.split(","))
    signed, _, signature = parts["t"].rpartition(".")
    raw = _plain(signature)
    pair = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _plain(parts["k"]))
    public.verify(pair, signed.encode(), ec.ECDSA(hashes.SHA256()))
    head, claims = (json.loads(_plain(each)) for each in signed.split("."))
    assert head["alg"] == "ES256"
    return claims, parts["k"]


def _hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def _words(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _plain(words: str) -> bytes:
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))
