from core.pages import DeclaredPattern

app_name = "publishing"
urlpatterns: list[DeclaredPattern] = []
