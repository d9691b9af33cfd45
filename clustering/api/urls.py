"""The addresses of the API, each behind the gateway."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from clustering.api import docs
from clustering.api.app import api
from clustering.api.gateway import gateway
from clustering.api.openapi import PREFIX
from clustering.api.problems import NOT_FOUND, ProblemError, problem_response

app_name = "api"


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """Answer for every address that is none."""
    return problem_response(ProblemError("not_found", NOT_FOUND))


def _guarded() -> Iterator[URLPattern]:
    """Yield each address once: django-ninja has one for each of its methods, all with the same view."""
    known = set()
    for router in api._get_bound_routers():
        for found in router.urls_paths(router.prefix):
            route = str(found.pattern)
            if route not in known:
                known.add(route)
                template = PREFIX + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
                yield path(route, gateway(found.callback, template), name=found.name)


urlpatterns = [
    path("docs", docs.docs, name="docs"),
    path("openapi.json", docs.openapi, name="openapi"),
    *_guarded(),
    re_path("", nothing, name="nothing"),
]
