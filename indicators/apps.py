from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = "Indicadores y capturas"

    def ready(self) -> None:
        from indicators import acts  # noqa: F401  # registers them
        from indicators.results import stamps  # noqa: F401  # registers its check
