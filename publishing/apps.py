from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "Cierres"

    def ready(self) -> None:
        from publishing import acts  # noqa: F401  # registers them
        from publishing.known.closed_months import closed_months, published
        from reports.address.published import Closings, register

        register(Closings(closed_months, published))
