"""The figure that clients mark: four views, and the parts of the body on each. No database, no clock, no settings.

Lengths are units of one drawing, 200 wide and 492 high; x counts from the middle of the figure, to the right of who
looks at it. Parts are drawn for one half and mirrored; what lies beyond the outline is cut off by it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

WIDTH, HEIGHT = 200, 492
_MIDDLE = WIDTH / 2
Point = tuple[float, float]

VIEWS: dict[str, str | Promise] = {
    "front": _("Front"),
    "back": _("Back"),
    "left": _("Left side"),
    "right": _("Right side"),
}

_HALF_OUTLINE: Sequence[Point] = (
    (0, 6), (13, 9), (20, 21), (20, 37), (15, 51), (10, 59), (10, 69), (21, 77), (38, 83), (50, 90), (57, 106),
    (60, 134), (63, 164), (67, 184), (72, 206), (77, 232), (79, 246), (84, 258), (85, 274), (80, 289), (73, 286),
    (70, 270), (68, 248), (61, 226), (55, 198), (51, 180), (46, 154), (42, 130), (39, 118), (37, 138), (32, 168),
    (31, 188), (36, 214), (40, 240), (40, 274), (36, 314), (31, 342), (31, 372), (30, 396), (23, 436), (22, 450),
    (28, 468), (26, 480), (12, 482), (8, 470), (9, 446), (9, 402), (7, 352), (4, 292), (1.5, 256), (0, 252),
)  # fmt: skip
# From the right, so that the figure looks to the right of who looks at it.
_SIDE_OUTLINE: Sequence[Point] = (
    (2, 6), (14, 9), (21, 20), (22, 31), (27, 39), (22, 44), (21, 53), (12, 58), (10, 68), (18, 84), (25, 104),
    (27, 124), (23, 150), (23, 182), (27, 206), (24, 232), (26, 262), (25, 306), (19, 340), (18, 356), (17, 392),
    (10, 436), (12, 452), (30, 470), (35, 480), (-6, 482), (-11, 472), (-9, 446), (-15, 408), (-13, 366), (-9, 342),
    (-16, 300), (-25, 258), (-31, 230), (-24, 204), (-12, 182), (-17, 152), (-27, 120), (-24, 92), (-14, 76),
    (-10, 62), (-17, 50), (-21, 30), (-13, 12),
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part of the body: its key ("left-knee"), what it is called, the view that it is on, and its corners."""

    key: str
    name: str | Promise
    view: str
    corners: Sequence[Point]

    @property
    def path(self) -> str:
        """As an SVG path."""
        return "M" + "L".join(f"{_MIDDLE + x:g} {y:g}" for x, y in self.corners) + "Z"


@dataclass(frozen=True)
class _Drawn:
    """One half of a part that both sides have, or a whole one in the middle (`name` says it for both)."""

    key: str
    name: str | Promise
    left: str | Promise
    right: str | Promise
    corners: Sequence[Point]


def _box(left: float, top: float, right: float, bottom: float) -> Sequence[Point]:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _middle(key: str, name: str | Promise, corners: Sequence[Point]) -> _Drawn:
    return _Drawn(key, name, "", "", corners)


def _pair(key: str, left: str | Promise, right: str | Promise, corners: Sequence[Point]) -> _Drawn:
    return _Drawn(key, "", left, right, corners)


_FRONT = (
    _middle("face", _("Face"), _box(-26, 0, 26, 42)),
    _pair("jaw", _("Jaw, left"), _("Jaw, right"), _box(0, 42, 26, 60)),
    _middle("throat", _("Throat"), ((-14, 60), (14, 60), (17, 76), (-17, 76))),
    _pair("shoulder", _("Left shoulder"), _("Right shoulder"),
          ((17, 70), (64, 70), (64, 114), (40, 116), (30, 94), (17, 80))),
    _pair("chest", _("Chest, left"), _("Chest, right"),
          ((0, 76), (17, 76), (30, 94), (40, 116), (40, 130), (0, 130))),
    _pair("ribs", _("Ribs, left"), _("Ribs, right"), ((15, 130), (40, 130), (40, 172), (15, 172))),
    _middle("upper-belly", _("Upper belly"), _box(-15, 130, 15, 180)),
    _middle("lower-belly", _("Lower belly"), _box(-15, 180, 15, 230)),
    _pair("hip-front", _("Front of the hip, left"), _("Front of the hip, right"),
          ((15, 172), (44, 172), (46, 246), (24, 246), (15, 230))),
    _pair("groin", _("Groin, left"), _("Groin, right"), ((0, 230), (15, 230), (24, 246), (18, 264), (0, 264))),
    _pair("thigh", _("Front of the left thigh"), _("Front of the right thigh"),
          ((0, 264), (18, 264), (24, 246), (46, 246), (46, 326), (0, 326))),
    _pair("knee", _("Left knee"), _("Right knee"), _box(0, 326, 46, 364)),
    _pair("shin", _("Left shin"), _("Right shin"), _box(0, 364, 46, 438)),
    _pair("foot", _("Left foot"), _("Right foot"), _box(0, 438, 46, 492)),
    _pair("upper-arm", _("Left upper arm"), _("Right upper arm"),
          ((40, 116), (64, 112), (72, 168), (44, 172))),
    _pair("elbow", _("Left elbow"), _("Right elbow"), ((44, 172), (72, 168), (80, 196), (50, 202))),
    _pair("forearm", _("Left forearm"), _("Right forearm"), ((50, 202), (80, 196), (90, 244), (60, 250))),
    _pair("hand", _("Left hand"), _("Right hand"), ((60, 250), (90, 244), (96, 300), (60, 300))),
)  # fmt: skip
_BACK = (
    _middle("back-of-head", _("Back of the head"), _box(-26, 0, 26, 50)),
    _pair("neck", _("Neck, left"), _("Neck, right"), ((0, 50), (26, 50), (13, 72), (0, 76))),
    _pair("top-of-shoulder", _("Top of the left shoulder"), _("Top of the right shoulder"),
          ((0, 76), (13, 72), (22, 68), (64, 76), (64, 108), (44, 112), (12, 96), (0, 92))),
    _pair("shoulder-blade", _("Left shoulder blade"), _("Right shoulder blade"),
          ((12, 96), (44, 112), (42, 146), (12, 146))),
    _middle("between-blades", _("Between the shoulder blades"),
          ((-12, 96), (0, 92), (12, 96), (12, 146), (-12, 146))),
    _pair("mid-back", _("Middle of the back, left"), _("Middle of the back, right"), _box(0, 146, 42, 178)),
    _pair("low-back", _("Low back, left"), _("Low back, right"), _box(0, 178, 44, 210)),
    _middle("sacrum", _("Sacrum"), ((-15, 210), (15, 210), (4, 242), (-4, 242))),
    _pair("buttock", _("Left buttock"), _("Right buttock"),
          ((15, 210), (46, 210), (48, 262), (0, 262), (0, 242), (4, 242))),
    _pair("back-of-thigh", _("Back of the left thigh"), _("Back of the right thigh"), _box(0, 262, 48, 330)),
    _pair("back-of-knee", _("Back of the left knee"), _("Back of the right knee"), _box(0, 330, 46, 360)),
    _pair("calf", _("Left calf"), _("Right calf"), _box(0, 360, 46, 428)),
    _pair("heel", _("Left heel"), _("Right heel"), _box(0, 428, 46, 492)),
    _pair("back-of-arm", _("Back of the left arm"), _("Back of the right arm"),
          ((44, 112), (64, 108), (74, 186), (46, 190))),
)  # fmt: skip
_SIDE = (
    _pair("temple", _("Left temple and ear"), _("Right temple and ear"), _box(-30, 0, 30, 50)),
    _pair("side-of-neck", _("Side of the neck, left"), _("Side of the neck, right"), _box(-30, 50, 30, 78)),
    _pair("side-of-chest", _("Side of the chest, left"), _("Side of the chest, right"), _box(-36, 78, 36, 150)),
    _pair("waist", _("Waist, left"), _("Waist, right"), _box(-36, 150, 36, 200)),
    _pair("side-of-hip", _("Side of the left hip"), _("Side of the right hip"), _box(-40, 200, 40, 250)),
    _pair("outer-thigh", _("Outside of the left thigh"), _("Outside of the right thigh"), _box(-40, 250, 40, 332)),
    _pair("outer-knee", _("Outside of the left knee"), _("Outside of the right knee"), _box(-40, 332, 40, 362)),
    _pair("outer-calf", _("Outside of the left lower leg"), _("Outside of the right lower leg"),
          _box(-40, 362, 40, 436)),
    _pair("ankle", _("Left ankle"), _("Right ankle"), _box(-40, 436, 40, 492)),
)  # fmt: skip


def _mirrored(corners: Sequence[Point]) -> Sequence[Point]:
    return [(-x, y) for x, y in corners]


def _both(drawn: Sequence[_Drawn], view: str) -> list[Part]:
    """From the front the left of the body is on the right of who looks; from behind it is on the left."""
    made = []
    for each in drawn:
        if each.name:
            made.append(Part(each.key, each.name, view, each.corners))
            continue
        near, far = each.corners, _mirrored(each.corners)
        left, right = (near, far) if view == "front" else (far, near)
        made.append(Part(f"left-{each.key}", each.left, view, left))
        made.append(Part(f"right-{each.key}", each.right, view, right))
    return made


@cache
def parts() -> dict[str, Part]:
    """All parts by their keys, from the head down, view by view."""
    sides = [
        *(Part(f"left-{each.key}", each.left, "left", _mirrored(each.corners)) for each in _SIDE),
        *(Part(f"right-{each.key}", each.right, "right", each.corners) for each in _SIDE),
    ]
    return {part.key: part for part in [*_both(_FRONT, "front"), *_both(_BACK, "back"), *sides]}


@cache
def outline(view: str) -> str:
    """The figure seen from one side, as an SVG path: a closed curve through its points (Catmull-Rom)."""
    if view in ("front", "back"):
        points = [*_HALF_OUTLINE, *_mirrored(_HALF_OUTLINE[-2:0:-1])]
    else:
        points = list(_SIDE_OUTLINE if view == "right" else _mirrored(_SIDE_OUTLINE))
    return _curve([(_MIDDLE + x, y) for x, y in points])


def _curve(points: Sequence[Point]) -> str:
    said = [f"M{points[0][0]:g} {points[0][1]:g}"]
    count = len(points)
    for place in range(count):
        before, here, there, after = (points[(place + step) % count] for step in (-1, 0, 1, 2))
        first = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        second = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        said.append(f"C{first[0]:.1f} {first[1]:.1f} {second[0]:.1f} {second[1]:.1f} {there[0]:g} {there[1]:g}")
    return "".join(said) + "Z"


@dataclass(frozen=True)
class View:
    """The figure seen from one side, with its parts."""

    key: str
    name: str
    outline: str
    parts: list[Part]


def views(only: Collection[str] | None = None) -> list[View]:
    """All four, or those alone that have one of the parts `only`."""
    made = []
    for key, name in VIEWS.items():
        found = [part for part in parts().values() if part.view == key]
        if only is None or any(part.key in only for part in found):
            made.append(View(key, str(name), outline(key), found))
    return made


def middle_of(key: str) -> tuple[float, float]:
    """Where a sign is put on a part: the middle of its corners, in units of the drawing. Off the figure's middle
    line for a part of an earlier drawing that is no more."""
    part = parts().get(key)
    if part is None:
        return 0.0, 0.0
    return (
        round(_MIDDLE + sum(x for x, _y in part.corners) / len(part.corners), 1),
        round(sum(y for _x, y in part.corners) / len(part.corners), 1),
    )


def name_of(key: str) -> str:
    """What a part is called; a part of an earlier drawing keeps its key for a name."""
    part = parts().get(key)
    return str(part.name) if part else gettext("Part of the body: %s") % key
