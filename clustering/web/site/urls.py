"""The addresses of jobs, accounts, signing in and system status."""

from django.contrib.auth import views as auth
from django.urls import path
from django.views.decorators.http import require_http_methods

from clustering.web.site.views import (
    account,
    activity,
    guide,
    jobs,
    sign_in,
    status,
    tokens,
    two_factor,
    webhooks,
)

login = require_http_methods(["GET", "POST"])(auth.LoginView.as_view(redirect_authenticated_user=True))

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/two-factor/", two_factor.two_factor, name="two_factor"),
    path("account/two-factor/off/", two_factor.two_factor_off, name="two_factor_off"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<int:token_id>/end/", tokens.token_end, name="token_end"),
    path("account/webhooks/", webhooks.webhooks, name="webhooks"),
    path("account/webhooks/<int:webhook_id>/turn/", webhooks.webhook_turn, name="webhook_turn"),
    path("account/webhooks/<int:webhook_id>/delete/", webhooks.webhook_delete, name="webhook_delete"),
    path("activity/", activity.activity, name="activity"),
    path("help/", guide.help_page, name="help"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/notices", jobs.job_notices, name="job_notices"),
    path("jobs/<int:job_id>/", jobs.job, name="job"),
    path("jobs/<int:job_id>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("jobs/<int:job_id>/retry/", jobs.job_retry, name="job_retry"),
    path("healthz", status.healthz, name="healthz"),
    path("readyz", status.readyz, name="readyz"),
    path("metrics", status.metrics, name="metrics"),
    path("status/", status.status, name="status"),
    path("sign-in/<str:token>", sign_in.sign_in, name="sign_in"),
    path("accounts/code/", two_factor.two_factor_code, name="two_factor_code"),
    path("accounts/login/", login, name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("accounts/password_change/", auth.PasswordChangeView.as_view(), name="password_change"),
    path(
        "accounts/password_change/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"
    ),
]
