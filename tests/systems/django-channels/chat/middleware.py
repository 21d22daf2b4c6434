from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.middleware import BaseMiddleware
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken


@database_sync_to_async
def user_of(text):
    try:
        token = AccessToken(text)
        return get_user_model().objects.get(pk=token[api_settings.USER_ID_CLAIM])
    except (TokenError, KeyError, ValueError, get_user_model().DoesNotExist):
        return AnonymousUser()


class TokenAuthMiddleware(BaseMiddleware):
    """Puts the user of `?token=` into the scope, because a browser cannot set the header `Authorization` of a WebSocket."""

    async def __call__(self, scope, receive, send):
        query = parse_qs(scope["query_string"].decode())
        scope = dict(scope, user=await user_of(query.get("token", [""])[0]))
        return await super().__call__(scope, receive, send)
