"""What is said once the first page answers."""

import http.client
import time

READY_SECONDS = 60
DEMO_SIGN_INS = (
    "Sign in   practitioner@demo.example",
    "          client1@demo.example ... client12@demo.example",
    "          password feel-the-difference",
)


def page_answers(host: str, port: int, *, named: str) -> bool:
    """Wait until /healthz answers on `host` and `port`, asked for under the site's name `named`.

    False when it has not within a minute.
    """
    deadline = time.monotonic() + READY_SECONDS
    while not _answers(host, port, named):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _answers(host: str, port: int, named: str) -> bool:
    asked = http.client.HTTPConnection(host, port, timeout=5)
    try:
        asked.request("GET", "/healthz", headers={"Host": named})
        return asked.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def reachable(host: str) -> str:
    """The address under which this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def words(site_url: str, *, demo: bool, set_up: str, mail_leaves: bool) -> str:
    """The lines to print: the address, whom to sign in as, and where the letters are."""
    lines = [f"The portal is ready at {site_url}", ""]
    if demo:
        lines += DEMO_SIGN_INS
    if set_up:
        lines += [f"Set up    {set_up}"]
    where = "letters are sent by EMAIL_URL" if mail_leaves else "no letter leaves this machine"
    lines += [f"Letters   {site_url}/letters/ (as practitioner; {where})", "Stop      Ctrl-C"]
    width = max(map(len, lines))
    rule = "-" * width
    return "\n".join([rule, *lines, rule])
