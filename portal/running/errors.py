"""Why the portal cannot run, told in one sentence."""


class CannotRun(Exception):
    """The portal cannot start or go on; the message is a sentence for whoever started it."""
