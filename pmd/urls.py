from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from core.pages import no_page
from pmd import views

# A room serves pages once it has addresses; what it does not answer falls through to the next one.
ROOMS = ("accounts", "indicators", "catalog", "reports", "publishing", "manuals")

handler400 = "pmd.views.unreadable"
handler500 = "pmd.views.failed"
urlpatterns = [
    no_page("salud/", views.health, name="health"),
    no_page("salud/vivo/", views.alive, name="alive"),
    no_page("escudo/", views.logo, name="logo"),
    path("admin/", admin.site.urls),
    *(path("", include(f"{room}.urls")) for room in ROOMS if find_spec(f"{room}.urls")),
]
