"""The desk and the settings of the app that is running, for the edges: web, workers, cli, demo."""

from flask import current_app

from config import Settings
from helpdesk.desk import Desk
from helpdesk.rules.paying import Gateways

DESK, GATEWAYS, SETTINGS = "helpdesk.desk", "helpdesk.gateways", "helpdesk.settings"


def current_desk() -> Desk:
    """What the edges hand to actions."""
    desk: Desk = current_app.extensions[DESK]
    return desk


def current_gateways() -> Gateways:
    """By which money goes back."""
    gateways: Gateways = current_app.extensions[GATEWAYS]
    return gateways


def current_settings() -> Settings:
    settings: Settings = current_app.extensions[SETTINGS]
    return settings
