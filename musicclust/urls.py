"""All addresses: those of the pages, the API, and the administration."""

from django.contrib import admin
from django.urls import include, path

admin.autodiscover()

handler500 = "clustering.web.site.views.errors.server_error"

urlpatterns = [
    path("", include("clustering.web.urls")),
    path("api/v1/", include("clustering.api.urls")),
    path("admin/", admin.site.urls),
]
