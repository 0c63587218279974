"""The pages' addresses. Every order is checked here for the person's sake, and again by the controller."""

import secrets
from collections.abc import Callable

from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from controller.checked import BadInputError
from controller.coach.safety import CONTRAINDICATIONS
from controller.effects import SessionReport
from controller.items import CaptureBaseline, ConfirmBelt, EndSession, Order
from web_ui.knowledge.cues import verbal_cues
from web_ui.live import site
from web_ui.pages import orders

pages = Blueprint("pages", __name__)

SILENT = "The station did not answer; {what}."
UNCHANGED = "targets are unchanged"


@pages.get("/")
def live() -> str:
    """The clinician's console."""
    return _console({}, session.pop("outcome", None))


def _console(form: dict[str, str], outcome: dict[str, str] | None) -> str:
    return render_template(
        "live.html",
        view=site().hub.view(),
        form=form,
        outcome=outcome,
        defaults=current_app.config["START_FORM"],
        contraindications=[
            (str(entry), words[0].upper() + words[1:]) for entry, words in CONTRAINDICATIONS.items()
        ],
    )


@pages.get("/kiosk")
def kiosk() -> str:
    """The runner's screen; its theme is its own."""
    theme = request.args.get("theme", "")
    return render_template(
        "kiosk.html", view=site().hub.view(), theme=theme if theme in ("light", "dark") else ""
    )


@pages.get("/health")
def health() -> str:
    """The station's health."""
    return render_template(
        "health.html",
        view=site().hub.view(),
        health=site().hub.health(),
        outcome=session.pop("outcome", None),
    )


@pages.get("/words")
def words() -> str:
    """What a clinician may say."""
    return render_template("words.html", measures=verbal_cues())


@pages.get("/healthz")
def healthz() -> dict[str, bool]:
    """For machines: the pages are up, and whether the controller is."""
    return {"web": True, "controller": site().link.connected}


@pages.post("/session/start")
def start() -> AnyResponse | tuple[str, int]:
    """Start a session; a form that can't be used comes back as it was filled in, with the sentence."""
    session_id = f"s-{site().clock.wall_time():%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    try:
        order = orders.start(request.form, session_id)
    except BadInputError as problem:
        return _console(dict(request.form), {"kind": "refused", "text": str(problem)}), 422
    return _after(order, "The session has started.", "no session was started")


@pages.post("/session/end")
def end() -> AnyResponse:
    """End cues and recording; the belt keeps running."""
    return _after(EndSession(), "The session has ended. The belt keeps running.", "the session goes on")


@pages.post("/session/target")
def target() -> AnyResponse:
    """Set or nudge the target."""
    return _ordered(lambda now: orders.targets(request.form, now), "", UNCHANGED)


@pages.post("/session/undo")
def undo() -> AnyResponse:
    """Take the last change of the target back."""
    return _ordered(orders.undo, "", UNCHANGED)


@pages.post("/session/cues")
def cues() -> AnyResponse:
    """Switch cue modes."""
    return _ordered(lambda now: orders.cues(request.form, now), "", "cues are unchanged")


@pages.post("/session/speed")
def speed() -> AnyResponse:
    """The belt's speed, typed."""
    return _ordered(lambda _: orders.speed(request.form), "", "the speed is unchanged")


@pages.post("/belt/confirm")
def confirm_belt() -> AnyResponse:
    """The belt's speed against the console."""
    done = "Confirmed. The belt’s speed is used from now on."
    return _ordered(
        lambda _: orders.confirm_belt(request.form), done, "nothing was confirmed", "pages.health"
    )


@pages.post("/belt/doubt")
def doubt_belt() -> AnyResponse:
    """What was confirmed is doubted."""
    done = "The belt’s speed is not used until it is confirmed again."
    return _ordered(lambda _: ConfirmBelt(console_mps=None), done, "the speed is still used", "pages.health")


@pages.post("/session/baseline")
def baseline() -> AnyResponse:
    """Take a baseline, or give it up."""
    return _ordered(lambda _: CaptureBaseline(), "", "no baseline is being taken")


@pages.post("/session/pain")
def pain() -> AnyResponse:
    """What the runner says."""
    return _ordered(
        lambda _: orders.pain(request.form),
        "",
        "the pain was not noted. If it hurts, press the treadmill’s stop",
    )


@pages.post("/session/mute")
def mute() -> AnyResponse:
    """Silence everything corrective, or give it back."""
    return _ordered(lambda _: orders.mute(request.form), "", "cues are unchanged")


@pages.post("/session/mark")
def mark() -> AnyResponse:
    """Mark this moment."""
    return _ordered(lambda _: orders.mark(request.form), "Marked.", "nothing was marked")


def _ordered(
    make: Callable[[SessionReport | None], Order], done: str, otherwise: str, page: str = "pages.live"
) -> AnyResponse:
    report = site().hub.live
    try:
        order = make(report.session if report else None)
    except BadInputError as problem:
        return _outcome("refused", str(problem), 422, page)
    return _after(order, done, otherwise, page)


def _after(order: Order, done: str, otherwise: str, page: str = "pages.live") -> AnyResponse:
    """Send the order and say what became of it."""
    answer = site().link.ask(order)
    if answer is None:
        return _outcome("silent", SILENT.format(what=otherwise), 504, page)
    if not answer.accepted:
        return _outcome("refused", answer.reason, 409, page)
    return _outcome("ok", done, 200, page)


def _outcome(kind: str, text: str, status: int, page: str) -> AnyResponse:
    """A fragment for the page's script; a plain form is sent back to the page, which says it once."""
    if request.headers.get("HX-Request") == "true":
        return Response(render_template("fragments/answer.html", kind=kind, text=text), status)
    session["outcome"] = {"kind": kind, "text": text}
    return redirect(url_for(page), 303)
