"""The parts of the page, in their order: from the numbers of a period to plots with their words. No database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.numbers import share_in_words
from coaching.progress import rules
from coaching.progress.plots import bars, drawing, rated
from coaching.progress.plots.change import Of, caption, change
from coaching.progress.plots.drawing import Plot
from coaching.progress.queries import Numbers
from coaching.progress.rules import Mean, Pair

MOST_LESSONS = 6  # drawn each on its own


@dataclass(frozen=True)
class Figure:
    """One plot of a part; `label` says which it is where there are several."""

    plot: Plot
    label: str = ""


@dataclass(frozen=True)
class Key:
    mark: SafeString
    words: str


@dataclass(frozen=True)
class Section:
    slug: str
    title: str
    words: str
    figures: list[Figure]
    keys: list[Key] = field(default_factory=list)
    by_lesson: list[tuple[str, int, int]] = field(default_factory=list)  # title, noted, played

    @property
    def is_drawn(self) -> bool:
        return any(figure.plot for figure in self.figures)


def sections(found: Numbers, name: str = "") -> list[Section]:
    """For the client's own eyes, or, with their `name`, for the practitioner's."""
    made: list[Callable[[Numbers, str], Section | None]] = [
        _reserve,
        _tension,
        _ease,
        _lessons,
        _activities,
        _done,
        _told,
        _effort,
    ]
    return [section for make in made if (section := make(found, name))]


def headline(found: Numbers) -> str:
    """How things are, in one sentence: by reserve capacity, else by what practice changed, else that it begins."""
    if said := rated.headline(found.reserve):
        return said
    pair = sum((each.tension for each in found.noted), Pair())
    if pair.times:
        return _("Lower after %s practices") % share_in_words(pair.less, pair.times)
    return _("Nothing rated yet")


def _reserve(found: Numbers, name: str) -> Section:
    plot = rated.reserve(found.period, found.reserve, found.days_met)
    keys = _keys(("guess", _("a guess over a gap"))) if "trend gap" in plot.svg else []
    title = _("How much more %s could take") % name if name else _("How much more you could take")
    words = _("Rated once a week: 0 is nothing left, 10 is plenty.")
    return Section("reserve", title, words, [Figure(plot)], keys)


def _tension(found: Numbers, name: str) -> Section:
    plot = change("tension", found.period, _means(found, Of.TENSION), found.days_met)
    words = f"{_('Tension, 0 at ease to 10 as tense as it gets.')} {_each_mark(found)}"
    return Section("tension", _("Before and after practice"), words, [Figure(plot)], _change_keys())


def _ease(found: Numbers, name: str) -> Section | None:
    means = _means(found, Of.EASE)
    if not means:
        return None
    plot = change("ease", found.period, means, found.days_met, of=Of.EASE)
    words = f"{_('Ease of moving, 0 stiff to 10 as easy as can be.')} {_each_mark(found)}"
    return Section("ease", _("Ease of moving"), words, [Figure(plot)], _change_keys(_("lower after")))


def _lessons(found: Numbers, name: str) -> Section | None:
    by_lesson: dict[int, list[rules.Noted]] = {}
    for each in found.noted:
        if each.tension.times:
            by_lesson.setdefault(each.lesson, []).append(each)
    if len(by_lesson) < 2:  # one lesson is all of practice: it is drawn above
        return None
    most = sorted(by_lesson, key=lambda lesson: -sum(each.tension.times for each in by_lesson[lesson]))
    figures = [
        Figure(
            change(
                f"lesson-{lesson}",
                found.period,
                rules.means(found.period.spots, ((each.day, each.tension) for each in by_lesson[lesson])),
                found.days_met,
                low=True,
            ),
            found.lessons[lesson].title,
        )
        for lesson in most[:MOST_LESSONS]
    ]
    rest = [_in_short(found, lesson, by_lesson[lesson]) for lesson in most[MOST_LESSONS:]]
    return Section("lessons", _("Lesson by lesson"), " ".join([_each_mark(found), *rest]), figures, _change_keys())


def _in_short(found: Numbers, lesson: int, noted: Sequence[rules.Noted]) -> str:
    said = caption(sum((each.tension for each in noted), Pair()), Of.TENSION)
    return f"{found.lessons[lesson].title}: {said}"


def _activities(found: Numbers, name: str) -> Section | None:
    if not found.wanted:
        return None
    figures = [
        Figure(
            rated.activity(f"activity-{place}", wanted.words, found.period, wanted.numbers, found.days_met),
            wanted.words,
        )
        for place, wanted in enumerate(found.wanted)
    ]
    keys = (
        _keys(("guess", _("a guess over a gap"))) if any("trend gap" in each.plot.svg for each in figures) else []
    )
    title = _("What %s wants to be able to do") % name if name else _("What you want to be able to do")
    return Section("activities", title, _("0 is not at all, 10 is as before the trouble."), figures, keys)


def _done(found: Numbers, name: str) -> Section:
    period = found.period
    counted = rules.done(period.bars, found.asked, found.noted, found.heard, period.today)
    plot = bars.done(period, counted, found.days_met)
    words = _("How often lessons were done of the times agreed; a lesson for when it is needed is not agreed on.")
    return Section(
        "done", _("Done and agreed"), words, [Figure(plot)], _keys(("agreed", _("agreed")), ("done", _("done")))
    )


def _told(found: Numbers, name: str) -> Section:
    plot = bars.told(found.period, rules.told(found.period.bars, found.noted, found.heard), found.days_met)
    title = _("What %s noted and what was played") % name if name else _("What you noted and what was played")
    keys = _keys(("done", _("noted")), ("played", _("played here")))
    return Section("told", title, _("Two counts of the same practice."), [Figure(plot)], keys, _by_lesson(found))


def _effort(found: Numbers, name: str) -> Section:
    lengths = {key: lesson.length for key, lesson in found.lessons.items()}
    counted = rules.efforts(found.period.bars, found.noted, found.heard, lengths, found.sessions)
    plot = bars.effort(found.period, counted, found.days_met)
    words = _("Minutes heard at home, the length of a lesson where it was noted and not played, and sessions.")
    keys = _keys(("done", _("at home")), ("together", _("in sessions")))
    return Section("effort", _("Who does the work"), words, [Figure(plot)], keys)


def _means(found: Numbers, of: Of) -> list[Mean]:
    pairs = ((each.day, each.tension if of is Of.TENSION else each.ease) for each in found.noted)
    return rules.means(found.period.spots, pairs)


def _each_mark(found: Numbers) -> str:
    """What one mark stands for."""
    days = found.period.spots[0].days
    if days == 1:
        return _("Each mark is the average of a day.")
    return _("Each mark is the average of a week.") if days == 7 else _("Each mark is the average of a month.")


def _by_lesson(found: Numbers) -> list[tuple[str, int, int]]:
    rows = []
    for key, lesson in found.lessons.items():
        noted = sum(each.times for each in found.noted if each.lesson == key)
        played = sum(each.times for each in found.heard if each.lesson == key)
        rows.append((lesson.title, noted, played))
    return sorted(rows, key=lambda row: (-row[1], -row[2], row[0]))


def _change_keys(worse: str = "") -> list[Key]:
    return _keys(("before", _("before")), ("after", _("after")), ("worse", worse or _("higher after")))


def _keys(*named: tuple[str, str]) -> list[Key]:
    return [Key(drawing.key(name), words) for name, words in named]
