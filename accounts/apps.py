from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personas y accesos"

    def ready(self) -> None:
        from accounts import acts  # noqa: F401  # registers them
