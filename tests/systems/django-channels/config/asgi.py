import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Loads the apps, which the imports below need.
django_application = get_asgi_application()

from django.conf import settings  # noqa: E402

from chat.middleware import TokenAuthMiddleware  # noqa: E402
from chat.routing import websocket_urlpatterns  # noqa: E402

websocket_application = TokenAuthMiddleware(URLRouter(websocket_urlpatterns))
if settings.CHECK_ORIGIN:
    websocket_application = AllowedHostsOriginValidator(websocket_application)

application = ProtocolTypeRouter({"http": django_application, "websocket": websocket_application})
