from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("entrar/", views.SignIn.as_view(), name="login"),
    path("salir/", views.sign_out, name="logout"),
    path("cuenta/sesion/", views.session_now, name="session_now"),
    path("cuenta/", views.account, name="account"),
    path("cuenta/contrasena/", views.ChangePassword.as_view(), name="password_change"),
    path("contrasena/olvidada/", views.Recover.as_view(), name="password_reset"),
    path("contrasena/olvidada/enviada/", views.RecoverSent.as_view(), name="password_reset_done"),
    path("contrasena/nueva/<uidb64>/<token>/", views.ChoosePassword.as_view(), name="password_reset_confirm"),
    path("contrasena/lista/", views.PasswordChosen.as_view(), name="password_reset_complete"),
]
