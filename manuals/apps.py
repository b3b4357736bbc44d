from django.apps import AppConfig

from core.loaded import loading, worker_began


class ManualsConfig(AppConfig):
    name = "manuals"

    def ready(self) -> None:
        from manuals import kept

        loading.connect(kept.read)
        worker_began.connect(kept.print_beside)
