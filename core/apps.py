from django.apps import AppConfig
from django.db.models.signals import pre_migrate


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Núcleo"

    def ready(self) -> None:
        from core import installed_rules  # noqa: F401  # registers its check
        from core.no_way_back import refuse_to_lose_rows

        pre_migrate.connect(refuse_to_lose_rows, sender=self, dispatch_uid="core.no_way_back")
