"""Print a link that signs a person in once: for the first visit, or a forgotten password."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from clustering.management.arguments import text
from clustering.web.site.views.sign_in import sign_in_path


class Command(BaseCommand):
    """``manage.py sign_in_link [USERNAME]``."""

    help = "Print the path of a link that signs a user in once; put the site's address before it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare whom."""
        parser.add_argument("username", type=text, nargs="?", help="without: the first superuser")

    def handle(self, **options: Any) -> None:
        """Find the user and print."""
        users = User.objects.filter(is_active=True)
        name = options["username"]
        user = (
            users.filter(username=name).first()
            if name is not None
            else users.filter(is_superuser=True).order_by("pk").first()
        )
        if user is None:
            whom = "who is a superuser" if name is None else f"“{name}”"
            raise CommandError(f"There is no active user {whom}.", returncode=2)
        self.stdout.write(sign_in_path(user))
