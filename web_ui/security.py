"""The few rules that keep other programs and other sites away from a page without accounts."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from controller.checked import BadInputError

LOOPBACK_NAMES = ("localhost",)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LONGEST_BODY = 64 * 1024


def require_loopback(host: str) -> None:
    """BadInputError for an address that other machines could reach: there are no accounts yet."""
    if host in LOOPBACK_NAMES:
        return
    try:
        if ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise BadInputError(
        f"The address is {host!r}: the pages have no accounts yet, so they are served to this machine only. "
        "Use 127.0.0.1."
    )


def protect(app: Flask) -> None:
    """Check every request, mark every answer."""
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.config["SESSION_COOKIE_SAMESITE"] = "Strict"
    app.before_request(_check)
    app.after_request(_mark)


def _check() -> None:
    # A foreign name that resolves to this machine (DNS rebinding) would make its pages same-origin.
    name = urlsplit(f"//{request.host}").hostname or ""
    try:
        require_loopback(name)
    except BadInputError:
        abort(421)
    if request.method not in ("GET", "HEAD", "OPTIONS") and not _from_own_page():
        abort(403)


def _from_own_page() -> bool:
    """Browsers say where a request comes from; what says nothing is no browser, and has no business here."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


def _mark(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
