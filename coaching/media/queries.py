"""Which of a file's forms is heard."""

from coaching.media.models import Rendition, StoredFile


def sound_of(file: StoredFile) -> Rendition | StoredFile:
    """What a listener gets: the levelled sound once it is made, until then the file as it came."""
    return file.renditions.filter(form=Rendition.Form.SOUND).first() or file
