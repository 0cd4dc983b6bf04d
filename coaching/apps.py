from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"

    def ready(self) -> None:
        """Make every room's letters known to the outbox, in whatever process this is."""
        from coaching import letters  # noqa: F401
