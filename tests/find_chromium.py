"""Print the path of a Chromium for the browser tests, installing one where there is none.

Says in one line on stderr why there is none, and exits 1, when nothing works: no test is skipped for it.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The one that CHROMIUM names, one on the PATH, else Playwright's own: the first that starts."""
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    path = _playwrights_own()
    return path if _starts(path) else None


def _starts(path: str) -> bool:
    """A downloaded one is of no use where the system lacks a library that it needs."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _playwrights_own() -> str:
    """Where Playwright would put one, whether or not it has."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def install() -> bool:
    """Install one, first without and then with the system's packages; says whether that worked."""
    if _runs(sys.executable, "-m", "playwright", "install", "chromium") and find():
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    return _runs("apt-get", "update", "-qq") and _runs("apt-get", "install", "-y", "-qq", "chromium")


def _runs(*command: str) -> bool:
    """Run one installer; what it says goes to stderr, since stdout is for the path alone."""
    sys.stderr.write(f"Installing Chromium: {' '.join(command)}\n")
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0


def main() -> None:
    """Print the path."""
    path = find() or (install() and find())
    if not path:
        sys.exit("No Chromium was found and none could be installed: install one, or name it in CHROMIUM.")
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
