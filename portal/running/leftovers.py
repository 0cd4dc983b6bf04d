"""Processes that outlived a run which was killed."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil

# Each process of a run carries this in its environment, and so does whatever that starts.
MARK = "PORTAL_RUN"
PATIENCE_SECONDS = 3


def end_leftovers(state_dir: Path) -> int:
    """End what an earlier run of this STATE_DIR left running, and say how many that were.

    The caller holds the run's lock: whatever carries the mark now has lost its supervisor.
    """
    kin = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = [
        process for process in psutil.process_iter() if process.pid not in kin and _carries(process, str(state_dir))
    ]
    _send_all(found, signal.SIGTERM)
    _, stubborn = psutil.wait_procs(found, timeout=PATIENCE_SECONDS)
    _send_all(stubborn, signal.SIGKILL)
    return len(found)


def _carries(process: psutil.Process, mark: str) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == mark
    except (psutil.Error, OSError):
        return False


def _send_all(processes: list[psutil.Process], signum: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signum)
