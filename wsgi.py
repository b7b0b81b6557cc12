"""The WSGI door: `flask --app wsgi ...`, waitress, gunicorn."""

from config import settings_or_exit
from helpdesk import create_app

app = create_app(settings_or_exit())
