from django.apps import AppConfig
from django.db.models.signals import pre_migrate
from django.urls import register_converter


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Qué se hizo y quién"

    def ready(self) -> None:
        from core import installed_rules  # noqa: F401  # registers its check
        from core.asked import CONVERTERS
        from core.no_way_back import refuse_to_lose_rows

        for name, converter in CONVERTERS.items():
            register_converter(converter, name)

        pre_migrate.connect(refuse_to_lose_rows, sender=self, dispatch_uid="core.no_way_back")
