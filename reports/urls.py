from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.home, name="home"),
    path("bitacora/", views.trail, name="trail"),
    path("<int:year>/tablero/", views.dashboard, name="dashboard"),
    path("<int:year>/programas/<str:code>/", views.program, name="program"),
    path("<int:year>/programas/<str:code>/anio/", views.program_year, name="program_year"),
    path("<int:year>/indicadores/<str:code>/", views.indicator, name="indicator"),
]
