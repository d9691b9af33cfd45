"""All addresses: the app's own, accounts, admin, and the health check."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.decorators.http import require_http_methods

from clustering.web.site.views import health
from clustering.web.site.views.sign_in import sign_in
from clustering.web.site.views.two_factor import two_factor_code

login = require_http_methods(["GET", "POST"])(auth.LoginView.as_view(redirect_authenticated_user=True))

urlpatterns = [
    path("", include("clustering.web.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("status/", health.status, name="status"),
    path("sign-in/<str:token>", sign_in, name="sign_in"),
    path("accounts/login/", login, name="login"),
    path("accounts/code/", two_factor_code, name="two_factor_code"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("accounts/password_change/", auth.PasswordChangeView.as_view(), name="password_change"),
    path(
        "accounts/password_change/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"
    ),
    path("admin/", admin.site.urls),
]
