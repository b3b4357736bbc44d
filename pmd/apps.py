from django.apps import AppConfig


class PmdConfig(AppConfig):
    name = "pmd"
    verbose_name = "PMD"

    def ready(self) -> None:
        from pmd import checks, security_events  # noqa: F401  # register themselves
