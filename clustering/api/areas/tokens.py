"""Your own tokens: which there are, and ending one. New ones are made on the page “Your account” alone."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from clustering.actions.tokens import end_token
from clustering.api.paging import Paging, page_of
from clustering.api.schemas import Answer, ApiRequest, Id, Page
from clustering.models import ApiToken

router = Router()


class TokenAnswer(Answer):
    """A token, without its secret."""

    id: Id
    name: str
    key: str
    """The part of it before the dot."""
    can_write: bool
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    """Within a minute."""
    this: bool
    """Whether it is the one that asks."""

    @classmethod
    def of(cls, token: ApiToken, asking: ApiToken) -> TokenAnswer:
        """Read a token."""
        alike = {name: getattr(token, name) for name in cls.model_fields if name != "this"}
        return cls(**alike, this=token.pk == asking.pk)


@router.get("tokens", url_name="tokens", response=Page[TokenAnswer])
def list_tokens(request: ApiRequest, paging: Query[Paging]) -> Page[TokenAnswer]:
    """List your tokens that work."""
    tokens = ApiToken.objects.filter(owner=request.user).valid()
    return page_of(request, tokens, paging, lambda token: TokenAnswer.of(token, request.auth))


@router.delete("tokens/{int:token_id}", url_name="token", response={204: None})
def remove_token(request: ApiRequest, token_id: int) -> HttpResponse:
    """End a token of yours at once."""
    token = get_object_or_404(ApiToken.objects.filter(owner=request.user).valid(), pk=token_id)
    end_token(request.user, token)
    return HttpResponse(status=204)
