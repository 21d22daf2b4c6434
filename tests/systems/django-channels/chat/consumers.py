from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        user = self.scope["user"]
        if user.is_anonymous:
            # Before accept, daphne turns this into the HTTP status 403, and the client sees no close code.
            if settings.REJECT_AFTER_ACCEPT:
                await self.accept()
            await self.close(code=4001)
            return
        await self.accept()
        await self.send_json({"type": "welcome", "user": user.pk, "username": user.username})

    async def receive_json(self, content, **kwargs):
        await self.send_json({"type": "message", "content": content})
