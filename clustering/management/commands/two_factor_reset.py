"""Turn off the two-factor sign-in of somebody who has lost the device and the recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from clustering.actions.two_factor import reset_two_factor
from clustering.management.arguments import text


class Command(BaseCommand):
    """``manage.py two_factor_reset USERNAME``."""

    help = "Turn off the two-factor sign-in of somebody who has lost the device. Be sure that it is they who ask."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare whose."""
        parser.add_argument("username", type=text)

    def handle(self, **options: Any) -> None:
        """Find the user and reset."""
        name = options["username"]
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user {name}.", returncode=2)
        if not reset_two_factor(user):
            raise CommandError(f"{name} has not turned on two-factor sign-in.", returncode=2)
        self.stdout.write(f"{name} signs in with the password alone, until they turn it on again.")
