"""nginx with the configuration that is deployed (deploy/nginx.conf), but without TLS, before a site here."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.bench.web import free_port, wait_for

_CONFIGURATION = Path(__file__).resolve().parent.parent.parent / "deploy" / "nginx.conf"
_PLAIN = "location /plain/ {{ alias {shelf}/; }}\n\n        location /private-media/"


def program() -> str | None:
    """Where nginx is, if it is; on Debian it is on root's PATH alone."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def running(folder: Path, *, site: int, shelf: Path) -> Iterator[int]:
    """Its port. The site listens on the port `site`; below /plain/ nginx sends the files of `shelf` to anybody."""
    port = free_port()
    (folder / "nginx.conf").write_text(_rendered(folder, port=port, site=site, shelf=shelf), encoding="utf-8")
    alone = "daemon off; master_process off;"
    command = [program() or "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", alone]
    process = subprocess.Popen(command)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _rendered(folder: Path, *, port: int, site: int, shelf: Path) -> str:
    told = re.sub(r"^\s*ssl_.*\n", "", _CONFIGURATION.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for deployed, here in {
        "include /etc/nginx/mime.types;": "",
        "/tmp/nginx": str(folder / "nginx"),  # noqa: S108 - what the file says
        "server web:8000;": f"server 127.0.0.1:{site};",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        "alias /state/media/;": f"alias {shelf}/;",
        "location /private-media/": _PLAIN.format(shelf=shelf),
    }.items():
        if deployed not in told:
            raise RuntimeError(f"{deployed!r} stands no longer in {_CONFIGURATION.name}.")
        told = told.replace(deployed, here)
    return told
