"""A voice for the demo's lessons: eSpeak NG, out of its wheel, into memory."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import espeakng_loader

VOICE = b"en"  # "English (Great Britain)", as eSpeak NG files it
# eSpeak's own scales: words a minute, and 0 to 100. Slower, lower and flatter than its news reader.
PARAMETERS = {1: 122, 3: 36, 4: 55, 7: 2}  # rate, pitch, range of pitch, gap between words in 10 ms

_RETRIEVAL = 2  # AUDIO_OUTPUT_SYNCHRONOUS: samples go to the callback, and nothing is played
_DO_NOT_EXIT = 0x8000  # a library that ends the process on a missing file is no guest to have
_UTF8 = 1
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class SpeechError(Exception):
    """eSpeak NG cannot be used; the words say why."""


class Voice:
    """Speaks sentences into samples: 16-bit, mono, little endian, `rate` a second.

    eSpeak NG keeps its state in the library itself: one voice a process, one thread.
    """

    def __init__(self, library: ctypes.CDLL, rate: int) -> None:
        self.rate = rate
        self._library = library
        self._heard = bytearray()
        self._callback = _Callback(self._hear)  # kept here: the library holds no reference
        library.espeak_SetSynthCallback(self._callback)

    def say(self, sentence: str) -> bytes:
        """The samples of one sentence."""
        words = sentence.encode()
        self._heard.clear()
        if self._library.espeak_Synth(words, len(words) + 1, 0, 0, 0, _UTF8, None, None):
            raise SpeechError("eSpeak NG did not speak.")
        return bytes(self._heard)

    def _hear(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._heard += ctypes.string_at(samples, count * 2)
        return 0


@contextmanager
def voice() -> Iterator[Voice]:
    """A calm voice for the length of the block. Raises SpeechError when there is none on this machine."""
    library = _library()
    folder = str(espeakng_loader.get_data_path()).encode()
    rate = library.espeak_Initialize(_RETRIEVAL, 0, folder, _DO_NOT_EXIT)
    if rate <= 0:
        raise SpeechError("eSpeak NG did not start: its data is missing.")
    try:
        _calm(library)
        yield Voice(library, rate)
    finally:
        library.espeak_Terminate()


def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(str(espeakng_loader.get_library_path()))
    except OSError as error:
        raise SpeechError(f"eSpeak NG cannot be loaded: {error}") from error
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    # text, its size, where to begin: position, its unit, end; flags; and two pointers that we do not want
    library.espeak_Synth.argtypes = [
        *(ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint),
        *(ctypes.c_void_p, ctypes.c_void_p),
    ]
    return library


def _calm(library: ctypes.CDLL) -> None:
    if library.espeak_SetVoiceByName(VOICE):
        raise SpeechError("eSpeak NG does not know its own English.")
    for parameter, value in PARAMETERS.items():
        library.espeak_SetParameter(parameter, value, 0)
