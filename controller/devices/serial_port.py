"""A serial port that refuses every byte string that is not on its make's list."""

import termios
from collections.abc import Collection
from contextlib import suppress

import serial

GONE = (serial.SerialException, OSError, termios.error)  # what a pulled cable raises, depending on the call
WAIT_S = 0.1  # the longest a read blocks by default


class NotAllowedError(Exception):
    """Our own mistake: something tried to send what may never be sent."""


class PortGoneError(OSError):
    """The port can't be opened, or has gone; the text says what to do about it."""


class AllowedPort:
    """One open port or pyserial URL, for this program alone; a failure closes it for good.

    RTS is low, and DTR too unless the make wants it: boards with USB of their own say nothing to a host that
    doesn't raise it (hathach/tinyusb issue 1548), others are reset by it. `prompt`: an adapter that waits for
    more bytes before it hands them on, FTDI's for 16 ms, is told not to (ASYNC_LOW_LATENCY, tty_flags.h).
    """

    def __init__(
        self,
        url: str,
        baud: int,
        allowed: Collection[bytes],
        *,
        dtr: bool = False,
        prompt: bool = False,
        wait_s: float = WAIT_S,
    ) -> None:
        self._allowed = frozenset(allowed)
        try:
            self._port = serial.serial_for_url(url, baudrate=baud, timeout=wait_s, do_not_open=True)
            self._port.rts = False
            self._port.dtr = dtr
            if isinstance(self._port, serial.Serial):
                self._port.exclusive = True
            self._port.open()
            if prompt and isinstance(self._port, serial.Serial):
                with suppress(ValueError):  # no such thing on this kind of port
                    self._port.set_low_latency_mode(True)
        except GONE as problem:
            raise PortGoneError(f"{url}: {_words(problem)}") from problem
        except ValueError as problem:
            raise PortGoneError(f"{url} is no port: {problem}") from problem

    def read(self) -> bytes:
        """What has come, at least one byte unless none came in time."""
        try:
            first: bytes = self._port.read(1)
            if not first:
                return b""
            rest: bytes = self._port.read(self._port.in_waiting or 0)
        except GONE as problem:
            raise PortGoneError(_words(problem)) from problem
        return first + rest

    def send(self, request: bytes) -> None:
        """One request of the list."""
        if request not in self._allowed:
            raise NotAllowedError(f"{request.hex()} is not on the list of requests")
        try:
            self._port.write(request)
        except GONE as problem:
            raise PortGoneError(_words(problem)) from problem

    def close(self) -> None:
        """Give it back."""
        try:
            self._port.close()
        except GONE:
            return  # it was gone already


def _words(problem: BaseException) -> str:
    text = str(problem).lower()
    if "exclusively lock" in text or "temporarily unavailable" in text:
        return "another program has this port open: close it"
    if "multiple access" in text or "input/output error" in text or "bad file descriptor" in text:
        return "its cable was pulled, or another program took the port"
    if "no such file" in text or "no such device" in text:
        return "it isn't there: plug its cable in"
    if "permission denied" in text:
        return "permission denied: add the station's user to the group dialout"
    return str(problem)
