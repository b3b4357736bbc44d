from accounts import token_views, views
from accounts.roles import Role
from core.pages import Example, no_page, page

NOBODY = [Example("")]
SOMEBODY = [Example(Role.LIAISON)]
FORGOTTEN = ("entrar#olvidé-mi-contraseña",)

app_name = "accounts"
urlpatterns = [
    page("entrar/", views.SignIn.as_view(), name="login", section=None, examples=NOBODY),
    page("salir/", views.sign_out, name="logout", help=("cuenta#salir",), section=None, examples=SOMEBODY),
    no_page("cuenta/sesion/", views.session_now, name="session_now"),
    page(
        "cuenta/", views.account, name="account", help=("cuenta",), section=None, examples=SOMEBODY,
    ),
    page(
        "cuenta/contrasena/", views.ChangePassword.as_view(), name="password_change",
        help=("cuenta#cambiar-mi-contraseña",), section=None, examples=[Example(Role.COMPTROLLER)],
    ),
    page(
        "cuenta/llaves/nueva/", token_views.new_token, name="token_new",
        help=("presidencia/datos#una-llave-para-excel-o-power-bi",), section=None, examples=SOMEBODY,
    ),
    no_page("cuenta/llaves/<key:pk>/revocar/", token_views.revoke, name="token_revoke"),
    page(
        "contrasena/olvidada/", views.Recover.as_view(), name="password_reset", help=FORGOTTEN, section=None,
        examples=NOBODY,
    ),
    page(
        "contrasena/olvidada/enviada/", views.RecoverSent.as_view(), name="password_reset_done", help=FORGOTTEN,
        section=None, examples=NOBODY,
    ),
    page(
        "contrasena/nueva/<uidb64>/<token>/", views.ChoosePassword.as_view(), name="password_reset_confirm",
        help=("entrar#el-enlace-ya-no-sirve",), section=None, examples=NOBODY,
    ),
    page(
        "contrasena/lista/", views.PasswordChosen.as_view(), name="password_reset_complete", section=None,
        examples=NOBODY,
    ),
]  # fmt: skip
