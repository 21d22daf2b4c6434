from django.http import JsonResponse
from rest_framework.decorators import api_view
from rest_framework.response import Response


def health(request):
    return JsonResponse({"status": "ok"})


@api_view(["GET"])
def me(request):
    return Response({"id": request.user.pk, "username": request.user.username})
