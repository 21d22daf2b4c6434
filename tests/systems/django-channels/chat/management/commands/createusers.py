from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

PASSWORDS = {"alice": "looking-glass-71", "bob": "steam-shovel-58"}


class Command(BaseCommand):
    help = "Creates alice and bob where they are missing, always in this order: each replica gives them the same ids."

    def handle(self, *args, **options):
        users = get_user_model().objects
        for username, password in PASSWORDS.items():
            if not users.filter(username=username).exists():
                users.create_user(username, password=password)
