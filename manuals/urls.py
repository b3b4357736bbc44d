from accounts.roles import Role
from core.pages import Example, no_page, page
from manuals import views

READER, POCKET = [Example(Role.READER)], [Example(Role.READER, pocket=True)]

app_name = "manuals"
urlpatterns = [
    page(
        "ayuda/", views.index, name="index", section=None,
        examples=[*(Example(role) for role in Role), Example(Role.LIAISON, "q=sin+demanda", pocket=True)],
    ),
    page("ayuda/entrar/", views.signing_in, name="signing_in", section=None, examples=[Example("", pocket=True)]),
    page("ayuda/cuenta/", views.own_account, name="own_account", section=None, examples=POCKET),
    page("ayuda/glosario/", views.glossary, name="glossary", section=None, examples=POCKET),
    no_page("ayuda/<slug:manual>.pdf", views.manual_pdf, name="manual_pdf"),
    page("ayuda/<slug:manual>/", views.manual, name="manual", section=None, examples=READER),
    page(
        "ayuda/<slug:manual>/<slug:chapter>/", views.chapter, name="chapter", section=None,
        examples=[Example(Role.LIAISON, pocket=True)],
    ),
]  # fmt: skip
