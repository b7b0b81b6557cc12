"""The WSGI door: `flask --app wsgi ...`, waitress, gunicorn."""

from config import Settings
from helpdesk import create_app

app = create_app(Settings.from_env())
