"""Server-sent events: one stream a page, no more streams than threads can bear."""

import threading
from typing import NamedTuple, cast

from flask import Blueprint, Response, current_app

from controller.clock import Clock
from web_ui.hub import Hub
from web_ui.station_link import StationLink

MOST_STREAMS = 24  # of the server's 32 threads: eight are always left for pages and orders
FULL = "Too many pages are open at once. Close one, then try again."

live = Blueprint("live", __name__)


class Site(NamedTuple):
    """What every request may use."""

    hub: Hub
    link: StationLink
    clock: Clock
    streams: threading.BoundedSemaphore


def site() -> Site:
    """The running application's."""
    return cast("Site", current_app.extensions["treadcoach"])


@live.get("/live/events")
def events() -> Response:
    """The page's stream; 503 when every stream is taken."""
    streams = site().streams
    if not streams.acquire(blocking=False):
        return Response(FULL, 503, {"Retry-After": "5"}, mimetype="text/plain")
    response = Response(site().hub.stream(), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(streams.release)
    return response
