"""A real web server that gives out calendars, as the world outside does, and can be told to behave badly."""

import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from coaching.open_web import Address, Policy

Answer = Callable[[BaseHTTPRequestHandler], None]
ONLY_HERE = Policy(allows=lambda number: number == ip_address("127.0.0.1"), schemes=("http",))


def entry(uid: str, *lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"])


def calendar(*entries: str, head: tuple[str, ...] = ()) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", *head, *entries, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


class Outside:
    """with Outside() as outside: outside.gives("/a.ics", content); then fetch outside.url("/a.ics"), ONLY_HERE."""

    def __init__(self, *, certificate: Path | None = None) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._answers: dict[str, Answer] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._scheme = "https" if certificate else "http"
        if certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(certificate)
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str, *, host: str = "127.0.0.1") -> str:
        return f"{self._scheme}://{host}:{self._server.server_address[1]}{path}"

    def gives(self, path: str, content: bytes, **headers: str) -> None:
        """200 with this content; with an ETag or Last-Modified, 304 to whoever knows it already."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            known = {
                "ETag": request.headers.get("If-None-Match"),
                "Last-Modified": request.headers.get("If-Modified-Since"),
            }
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            same = any(named.get(name) == value for name, value in known.items() if value)
            send(request, 304 if same else 200, b"" if same else content, named)

        self._answers[path] = answer

    def says(self, path: str, status: int, **headers: str) -> None:
        self._answers[path] = lambda request: send(request, status, b"", headers)

    def does(self, path: str, answer: Answer) -> None:
        self._answers[path] = answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outside.asked.append((self.path, dict(self.headers)))
                answer = outside._answers.get(self.path)
                answer(self) if answer else send(self, 404, b"", {})

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def send(request: BaseHTTPRequestHandler, status: int, content: bytes, headers: dict[str, str]) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)


def certificate_for(name: str, folder: Path) -> Path:
    """A certificate for this name, signed by itself, with its key: one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)  # of the world: whoever checks the certificate knows no other
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


def trusting(certificate: Path, *, allows: Callable[[Address], bool] = lambda number: True) -> Policy:
    return Policy(allows=allows, tls=lambda: ssl.create_default_context(cafile=str(certificate)))
