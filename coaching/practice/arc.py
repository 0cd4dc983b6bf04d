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
TOLD = "on_the_way"  # the name of what `told` adds to a client
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
    """One query, none for a client that came with `told`."""
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
    """What the last four weeks of the client tell. One query, none for a client that came with `told`."""
    today, found = now.astimezone(client.zone).date(), _told(client, now)
    entries = [_Noted(date.fromisoformat(each["day"]), **_but_day(each)) for each in found["entries"]]
    entries = [each for each in entries if (today - each.day).days <= rules.MEMORY]
    rated = [each for each in entries if each.before is not None and each.after is not None]
    return rules.Seen(
        today=today,
        stage=client.stage,
        since=(client.stage_since or client.since).astimezone(client.zone).date(),
        name=client.name,
        a_week=max((_a_week(each, today) for each in found["asked"]), default=0),
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


def _a_week(given: dict[str, Any], today: date) -> int:
    """Days of a week that are asked for; 0 when it has not begun, is over, or is for whenever it is needed."""
    is_over = given["until"] is not None and date.fromisoformat(given["until"]) < today
    is_ahead = date.fromisoformat(given["starts_on"]) > today
    return 0 if is_over or is_ahead else rules.DAYS_A_WEEK.get(given["rhythm"], 0)


def graduation_of(client: Client, now: datetime) -> Graduation | None:
    """The graduation that holds. One query, none for a client that came with `told`."""
    for found in _told(client, now)["graduation"]:
        moments = {name: _moment(found[name]) for name in ("at", "seen_at", "asked_back_at")}
        return Graduation(pk=found["pk"], client=client, words=found["words"], **moments)
    return None


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def _told(client: Client, now: datetime) -> dict[str, Any]:
    known = vars(client).get(TOLD)
    found: dict[str, Any] = known or Client.objects.filter(pk=client.pk).values_list(told(now)[TOLD]).get()[0]
    return found


def told(now: datetime) -> dict[str, Any]:
    """What `of` and `graduation_of` must know, as an annotation for a query over clients."""
    mine, memory = OuterRef("pk"), timedelta(days=rules.MEMORY)
    entries = PracticeEntry.objects.filter(client=mine, day__gte=(now - memory).date() - timedelta(days=1))
    letters = Letter.objects.filter(person=OuterRef("user"), kind__in=_LETTERS, due_at__gt=now - memory)
    asked = Assignment.objects.filter(client=mine, lesson__isnull=False, state=Assignment.State.ACTIVE)
    graduated = Graduation.objects.filter(client=mine, came_back_at=None)
    found = JSONObject(
        entries=_rows(entries, "day", "before", "after", "soreness", "felt"),
        told=ArraySubquery(letters.exclude(state__in=Letter.NEVER_LEFT).order_by().values("about__day")),
        asked=_rows(asked, "rhythm", "starts_on", "until"),
        reserve=ArraySubquery(_lately_rated(now.date()).order_by("week").values("value")),
        waits=Exists(_hurt(mine)),
        graduation=_rows(graduated, "pk", "at", "words", "seen_at", "asked_back_at"),
    )
    return {TOLD: found}


def _rows(found: QuerySet[Any], *names: str) -> ArraySubquery:
    return ArraySubquery(found.order_by().values(row=JSONObject(**{name: F(name) for name in names})))


def _lately_rated(today: date) -> QuerySet[ReserveRating]:
    return ReserveRating.objects.filter(client=OuterRef("pk"), week__gte=today - timedelta(weeks=RESERVE_WEEKS))


def _hurt(client: OuterRef) -> QuerySet[Assignment]:
    return Assignment.objects.filter(client=client, state=Assignment.State.STOPPED, stopped_at__isnull=False)


def alone(now: datetime) -> Q:
    """Of a query over clients: who has been on their own for four weeks without anything sore or hurt."""
    mine, since = OuterRef("pk"), now - timedelta(days=rules.MEMORY)
    noted = PracticeEntry.objects.filter(client=mine, noted_at__gt=since)
    sore = noted.filter(Q(soreness__gt=0) | Q(felt__overlap=["sore", "sharp"]))
    there = Q(status=Client.Status.ACTIVE, stage=Stage.OWN, stage_since__isnull=False)
    long = Q(stage_since__lte=now - timedelta(weeks=rules.WEEKS_ON_OWN))
    return there & long & ~Q(Exists(sore)) & ~Q(Exists(_hurt(mine)))


def looking(now: datetime) -> dict[str, Any]:
    """What `ready_of` must know, as annotations for a query over clients."""
    rated = _lately_rated(now.date())
    return {
        "alone": alone(now),
        "first_reserve": Subquery(rated.order_by("week").values("value")[:1]),
        "last_reserve": Subquery(rated.order_by("-week").values("value")[:1]),
    }


def ready_of(client: Client) -> Ready | None:
    """Of a client that came with `looking`: none where the reserve does not speak for it. No query."""
    said = vars(client)
    if not said["alone"] or said["last_reserve"] is None or client.stage_since is None:
        return None
    reserve = rules.reserve_speaks((said["first_reserve"], said["last_reserve"]))
    return Ready(client, client.stage_since, rules.ready_in_words(reserve)) if reserve else None


def ready(practitioner: Practitioner, now: datetime) -> list[Ready]:
    """Who looks ready to graduate, the longest on their own first. One query."""
    hers = Client.objects.of(practitioner).filter(alone(now)).annotate(**looking(now))
    return [each for client in hers.select_related("user").order_by("stage_since") if (each := ready_of(client))]


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
        untold, was_since = _untold(held, step_from=to), held.stage_since
        people.set_stage(client=held, stage=to, since=_since_before(untold) if untold else now)
        client.stage, client.stage_since = held.stage, held.stage_since
        if untold is None:
            _tell(held, before=before, was_since=was_since, now=now)
        live.tell(person=held.user, kind="practice.stage", about={"client": held.pk}, now=now)
    return True


def _untold(client: Client, *, step_from: str) -> Letter | None:
    """The letter of the step that is taken back, when it has not left: it tells what is true no more, and stays."""
    posted = Letter.objects.filter(person=client.user, kind="practice.stage", state=Letter.State.WAITING)
    return posted.filter(about__before=step_from, about__stage=client.stage).first()


def _since_before(untold: Letter) -> datetime | None:
    """Since when the client had stood where the step led away from: taken back at once, it was never left."""
    since: str | None = untold.about.get("was_since")
    return datetime.fromisoformat(since) if since else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _tell(client: Client, *, before: str, was_since: datetime | None, now: datetime) -> None:
    about = {"client": client.pk, "stage": client.stage, "before": before, "since": now.isoformat()}
    outbox.post(
        kind="practice.stage",
        key=f"practice.stage:{client.pk}:{client.stage}:{now.isoformat()}",
        person=client.user,
        about=about | {"was_since": _iso(was_since)},
        due_at=now + TELLS_AFTER,
        now=now,
    )
