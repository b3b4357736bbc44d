from django.urls import path

from reports.views import home, plan, sheets

app_name = "reports"
urlpatterns = [
    path("", home.home, name="home"),
    path("bitacora/", home.trail, name="trail"),
    path("<int:year>/tablero/", plan.dashboard, name="dashboard"),
    path("<int:year>/mapa/", plan.heat_map, name="heat_map"),
    path("<int:year>/programas/<str:code>/", sheets.program, name="program"),
    path("<int:year>/programas/<str:code>/anio/", sheets.program_year, name="program_year"),
    path("<int:year>/indicadores/<str:code>/", sheets.indicator, name="indicator"),
]
