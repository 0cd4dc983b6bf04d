"""Which pages may ask for the microphone or the camera: every other page is refused both by its headers."""

from collections.abc import Callable
from typing import Any, Literal

Device = Literal["microphone", "camera"]


def uses(*devices: Device) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view whose page asks the reader for these devices."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.devices = devices  # type: ignore[attr-defined]
        return view

    return mark
