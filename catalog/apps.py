from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = "Administración del catálogo"

    def ready(self) -> None:
        from catalog import acts  # noqa: F401  # registers them
        from catalog.years.rule_change import tell_after_migrating

        post_migrate.connect(tell_after_migrating, sender=self)
