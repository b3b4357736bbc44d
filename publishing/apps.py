from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "Cierres"

    def ready(self) -> None:
        from accounts import asked_elsewhere
        from publishing import acts  # noqa: F401  # registers them
        from publishing.known.closed_months import closed_months, published
        from publishing.publication.telling import asked_takings_down, site_notice
        from reports.address.published import Closings, register
        from reports.home import public_site

        register(Closings(closed_months, published))
        public_site.register(site_notice)
        asked_elsewhere.register(asked_takings_down)
