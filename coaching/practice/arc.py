"""The way to doing without a plan: where a client stands on it, and what the weeks speak for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from coaching.live import actions as live
from coaching.outbox import actions as outbox
from coaching.outbox.models import Letter
from coaching.people import actions as people
from coaching.people.models import Client, Practitioner
from coaching.practice import arc_rules as rules
from coaching.practice.models import Assignment, PracticeEntry
from coaching.practice.models_arc import Graduation
from coaching.story.models import ReserveRating

Stage = Client.Stage
_LETTERS = ("reminder.practice", "reminder.barrier")
_NEVER_LEFT = (Letter.State.DROPPED, Letter.State.EXPIRED, Letter.State.FAILED)
RESERVE_WEEKS = 8  # of ratings that are compared
TELLS_AFTER = timedelta(minutes=10)  # a step that is taken back at once is told to nobody


@dataclass(frozen=True)
class Step:
    """One of the words of the line: what it is called, and whether it is behind, here or ahead."""

    stage: str
    label: str
    is_here: bool
    is_behind: bool


@dataclass(frozen=True)
class Arc:
    """Where a client stands, `since` an instant; `before` and `after` are the stages beside this one, or empty."""

    steps: list[Step]
    stage: str
    since: datetime
    proposal: rules.Proposal
    before: str
    after: str


@dataclass(frozen=True)
class Ready:
    """Somebody who looks ready to graduate, why in one sentence, and since which instant they are on their own."""

    client: Client
    since: datetime
    reason: str


def of(client: Client, now: datetime) -> Arc:
    """One query."""
    seen = seen_of(client, now)
    place = rules.ORDER.index(seen.stage)
    return Arc(
        steps=[
            Step(stage, str(Stage(stage).label), is_here=each == place, is_behind=each < place)
            for each, stage in enumerate(rules.ORDER)
        ],
        stage=seen.stage,
        since=client.stage_since or client.since,
        proposal=rules.proposal(seen),
        before=rules.ORDER[place - 1] if place else "",
        after=rules.ORDER[place + 1] if place + 1 < len(rules.ORDER) else "",
    )


def seen_of(client: Client, now: datetime) -> rules.Seen:
    """What the last four weeks of the client tell. One query."""
    today = now.astimezone(client.zone).date()
    found = _looked_up(client, today, now)
    entries = [_Noted(date.fromisoformat(each["day"]), **_but_day(each)) for each in found["entries"]]
    rated = [each for each in entries if each.before is not None and each.after is not None]
    asked = [rules.DAYS_A_WEEK[rhythm] for rhythm in found["rhythms"] if rhythm in rules.DAYS_A_WEEK]
    return rules.Seen(
        today=today,
        stage=client.stage,
        since=(client.stage_since or client.since).astimezone(client.zone).date(),
        name=client.name,
        a_week=max(asked, default=0),
        practised=frozenset(each.day for each in entries if each.day < today),
        lower=sum((each.after or 0) < (each.before or 0) for each in rated),
        rated=len(rated),
        told=frozenset(date.fromisoformat(day) for day in found["told"] if day),
        sore_on=max((each.day for each in entries if each.is_sore), default=None),
        reserve=tuple(found["reserve"]),
        waits=found["waits"],
    )


@dataclass(frozen=True)
class _Noted:
    day: date
    before: int | None
    after: int | None
    soreness: int | None
    felt: list[str]

    @property
    def is_sore(self) -> bool:
        return bool(self.soreness) or bool({"sore", "sharp"} & {*self.felt})


def _but_day(noted: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in noted.items() if name != "day"}


def _looked_up(client: Client, today: date, now: datetime) -> dict[str, Any]:
    first = today - timedelta(days=rules.MEMORY)
    mine = OuterRef("pk")
    entries = PracticeEntry.objects.filter(client=mine, day__gte=first).order_by()
    letters = Letter.objects.filter(
        person=OuterRef("user"), kind__in=_LETTERS, due_at__gt=now - timedelta(rules.MEMORY)
    )
    letters = letters.exclude(state__in=_NEVER_LEFT).order_by()
    running = Assignment.objects.running(today).filter(client=mine, lesson__isnull=False).order_by()
    noted = {name: F(name) for name in ("day", "before", "after", "soreness", "felt")}
    found = Client.objects.filter(pk=client.pk).values(
        entries=ArraySubquery(entries.values(row=JSONObject(**noted))),
        told=ArraySubquery(letters.values("about__day")),
        rhythms=ArraySubquery(running.values("rhythm")),
        reserve=ArraySubquery(_lately_rated(today).order_by("week").values("value")),
        waits=Exists(_hurt(mine)),
    )
    return dict(found.get())


def _lately_rated(today: date) -> QuerySet[ReserveRating]:
    return ReserveRating.objects.filter(client=OuterRef("pk"), week__gte=today - timedelta(weeks=RESERVE_WEEKS))


def _hurt(client: OuterRef) -> QuerySet[Assignment]:
    return Assignment.objects.filter(client=client, state=Assignment.State.STOPPED, stopped_at__isnull=False)


def ready(practitioner: Practitioner, now: datetime, most: int = 50) -> list[Ready]:
    """Who has been on their own for four weeks without anything sore, and whose reserve speaks for it; the longest
    first. One query."""
    today, mine = now.date(), OuterRef("pk")
    lately = PracticeEntry.objects.filter(client=mine, noted_at__gt=now - timedelta(days=rules.MEMORY))
    sore = lately.filter(Q(soreness__gt=0) | Q(felt__overlap=["sore", "sharp"]))
    rated = _lately_rated(today)
    alone = (
        Client.objects.of(practitioner)
        .filter(status=Client.Status.ACTIVE, stage=Stage.OWN)
        .filter(stage_since__lte=now - timedelta(weeks=rules.WEEKS_ON_OWN))
        .filter(~Exists(sore), ~Exists(_hurt(mine)))
        .annotate(
            first_reserve=Subquery(rated.order_by("week").values("value")[:1]),
            last_reserve=Subquery(rated.order_by("-week").values("value")[:1]),
        )
        .exclude(last_reserve=None)
        .select_related("user")
        .order_by("stage_since")[:most]
    )
    return [each for client in alone if (each := _ready(client))]


def _ready(client: Client) -> Ready | None:
    said = vars(client)
    reserve = rules.reserve_speaks((said["first_reserve"], said["last_reserve"]))
    return Ready(client, client.stage_since or client.since, rules.ready_in_words(reserve)) if reserve else None


def knocking(practitioner: Practitioner) -> QuerySet[Graduation]:
    """Graduates who would like to come back and wait for a word, the longest waiting first. One query."""
    asked = Graduation.objects.filter(client__practitioner=practitioner, came_back_at=None)
    return asked.filter(asked_back_at__isnull=False).select_related("client__user").order_by("asked_back_at")


def move(*, client: Client, to: str, now: datetime) -> bool:
    """The practitioner says where a client stands (one of Client.Stage); the client gets a letter, unless the step
    is taken back before it left. False: they stand there already."""
    with transaction.atomic():
        held = Client.objects.select_for_update(of=("self",)).select_related("user").get(pk=client.pk)
        before = held.stage
        if before == to or held.status != Client.Status.ACTIVE:
            return False
        people.set_stage(client=held, stage=to, now=now)
        client.stage, client.stage_since = held.stage, held.stage_since
        if not _is_untold(held, step_from=to):
            _tell(held, before=before, now=now)
        live.tell(person=held.user, kind="practice.stage", about={"client": held.pk}, now=now)
    return True


def _is_untold(client: Client, *, step_from: str) -> bool:
    """Whether the letter of the step that is taken back has not left: it tells what is true no more, and stays."""
    posted = Letter.objects.filter(person=client.user, kind="practice.stage", state=Letter.State.WAITING)
    return posted.filter(about__before=step_from, about__stage__in=rules.ORDER).exists()


def _tell(client: Client, *, before: str, now: datetime) -> None:
    outbox.post(
        kind="practice.stage",
        key=f"practice.stage:{client.pk}:{client.stage}:{now.isoformat()}",
        person=client.user,
        about={"client": client.pk, "stage": client.stage, "before": before, "since": now.isoformat()},
        due_at=now + TELLS_AFTER,
        now=now,
    )
