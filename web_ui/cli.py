"""The command `treadcoach-clinic`."""

import argparse
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from controller.checked import BadInputError
from web_ui.app import create_app
from web_ui.live import Site
from web_ui.security import require_loopback

BAD_INPUT = 2
THREADS = 32


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with one worker: one hub, one link, one truth; threads carry the streams."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self._app = app
        self._address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": self._address,
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "graceful_timeout": 1,
            "timeout": 30,
            "keepalive": 5,
            "accesslog": None,
            "loglevel": "warning",
            "proc_name": "treadcoach-web",
            "control_socket_disable": True,
            "post_worker_init": self._start_link,
            "worker_exit": self._end_streams,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app

    def _start_link(self, _worker: object) -> None:
        """In the worker, after the fork: threads do not survive one."""
        site: Site = self._app.extensions["treadcoach"]
        site.link.start()

    def _end_streams(self, _server: object, _worker: object) -> None:
        """Threads that still serve a stream would keep the process and its port while a page is open."""
        site: Site = self._app.extensions["treadcoach"]
        site.hub.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; bad input is one sentence on standard error and exit status 2."""
    parser = argparse.ArgumentParser(prog="treadcoach-clinic", description="The station's pages.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("web", help="serve the pages")
    command.add_argument("--socket", type=Path, required=True, help="the controller's Unix socket")
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=8080)
    command.add_argument("--station", default="Treadcoach", help="the station's name, in the page's title")
    command.add_argument("--runner", help="pseudonym the start form begins with")
    command.add_argument("--target", help="cadence the start form begins with, in steps/min")
    command.set_defaults(run=_web)
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except BadInputError as problem:
        print(problem, file=sys.stderr)
        return BAD_INPUT


def _web(arguments: argparse.Namespace) -> int:
    require_loopback(arguments.host)
    _require_free(arguments.host, arguments.port)
    given = {"runner": arguments.runner, "target_cadence": arguments.target}
    form = {name: value for name, value in given.items() if value}
    Server(
        create_app(arguments.socket, arguments.station, start_form=form), arguments.host, arguments.port
    ).run()
    return 0


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise BadInputError(
                f"The pages can't be served on {host}, port {port}: {problem.strerror}."
            ) from None


if __name__ == "__main__":
    sys.exit(main())
