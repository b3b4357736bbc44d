from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "Cierres"

    def ready(self) -> None:
        from publishing import acts  # noqa: F401  # registers them
