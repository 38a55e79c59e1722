"""Where servers and the `flask` command find the application."""

from ecrf.app import create_app

app = create_app()
