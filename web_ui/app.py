"""The Flask application."""

import secrets
import threading
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from controller.clock import Clock, SystemClock
from web_ui.hub import Hub
from web_ui.live import MOST_STREAMS, Site, live
from web_ui.pages.routes import pages
from web_ui.security import protect
from web_ui.station_link import StationLink

SAYINGS = {
    403: "This came from another page, so it was not done. Go back to the console and try there.",
    404: "There is no such page. The console is at the start.",
    405: "This address takes orders from the console only.",
    413: "That is too much text. Shorten it and send it again.",
    421: "Open the station by its own address, 127.0.0.1 or localhost.",
}
START_FORM = {"runner": "Practice runner", "target_cadence": "178", "band_percent": "3", "minutes": "20"}


def create_app(
    socket_path: Path,
    station: str = "Treadcoach",
    clock: Clock | None = None,
    start_form: dict[str, str] | None = None,
) -> Flask:
    """The application; its link to the controller is started by whoever serves it (`site.link.start`)."""
    app = Flask(__name__)
    clock = clock or SystemClock()
    hub = Hub(clock)
    link = StationLink(socket_path, hub.heard, hub.silence)
    app.extensions["treadcoach"] = Site(hub, link, clock, threading.BoundedSemaphore(MOST_STREAMS))
    app.config["START_FORM"] = {**START_FORM, **(start_form or {})}
    app.secret_key = secrets.token_bytes(32)  # only for one-time messages: a restart may forget them
    app.jinja_env.globals.update(station=station, at=at)
    protect(app)
    app.register_blueprint(pages)
    app.register_blueprint(live)
    app.register_error_handler(HTTPException, _explain)
    return app


def at(view: object, path: str) -> Any:
    """The part of a view that a page element names, `cadence.text` for one; empty where there is none."""
    for name in path.split("."):
        view = getattr(view, name, None)
    return "" if view is None else view


def _explain(problem: HTTPException) -> tuple[str, int]:
    code = problem.code or 500
    text = SAYINGS.get(
        code, "Something went wrong in the station's pages. The session is not affected. Try again."
    )
    return render_template("error.html", code=code, saying=text), code
