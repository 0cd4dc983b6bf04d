"""Which of a file's forms is heard."""

from collections.abc import Sequence
from uuid import UUID

from accounts.lookup import Lookup
from coaching.media.models import Rendition, StoredFile

# Asked for with every part of a recording that a player fetches.
_SOUND = Lookup(lambda file: Rendition.objects.filter(file=file, form=Rendition.Form.SOUND), UUID(int=0))


def sound_of(file: StoredFile) -> Rendition | StoredFile:
    """What a listener gets: the levelled sound once it is made, until then the file as it came."""
    return _SOUND.first(file.pk) or file


def film_of(file: StoredFile, *, small: bool = False) -> Rendition | None:
    """What a watcher gets, for a phone when `small`; None when there is no film, or none yet."""
    forms = (Rendition.Form.SMALL_FILM, Rendition.Form.FILM) if small else (Rendition.Form.FILM,)
    made = {each.form: each for each in file.renditions.filter(form__in=forms)}
    return next((made[form] for form in forms if form in made), None)


def poster_of(file: StoredFile) -> Rendition | None:
    """One still picture of the film."""
    return file.renditions.filter(form=Rendition.Form.POSTER).first()


def sounds_of(files: Sequence[StoredFile]) -> list[Rendition | StoredFile]:
    """The same for several files, in their order. One query."""
    made = Rendition.objects.filter(file__in=files, form=Rendition.Form.SOUND) if files else []
    levelled = {each.file_id: each for each in made}
    return [levelled.get(file.pk) or file for file in files]
