"""Why a lesson or a program cannot be given. Each `sentence` tells the practitioner what to do instead."""

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from coaching.library.models import Lesson, Program
from coaching.people.models import Client


class CannotGive(Exception):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class AlreadyGiven(CannotGive):
    """The client has this lesson or program already."""

    def __init__(self, what: Lesson | Program | None, client: Client) -> None:
        super().__init__(
            _("%(name)s has “%(lesson)s” already: change it instead.") % {"name": client.name, "lesson": what}
        )


class HeldBack(CannotGive):
    """A safety sign waits for the practitioner's decision, or for a doctor's word."""

    def __init__(self, client: Client) -> None:
        super().__init__(
            _("%s answered a safety question with yes: read the story, and decide first whether lessons go on.")
            % client.name
        )


class TooEarly(CannotGive):
    """A lesson to relearn would open before the one that unlearns."""

    def __init__(self, lesson: Lesson, first: Lesson, client: Client) -> None:
        super().__init__(
            _("“%(lesson)s” comes after “%(first)s”, which %(name)s does not have by then: give that one first.")
            % {"lesson": lesson, "first": first, "name": client.name}
        )


class TooShort(CannotGive):
    """A program would end before its last lesson opens."""

    def __init__(self, opens: date) -> None:
        super().__init__(
            _("The last lesson opens on %s: the last day lies after that.") % formats.date_format(opens, "j F")
        )


class NothingInIt(CannotGive):
    def __init__(self, program: Program) -> None:
        super().__init__(_("“%s” holds no lesson yet: add some first.") % program)
