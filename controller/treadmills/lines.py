"""Bytes → text lines, in bounded memory: what the ASCII protocols share."""


class Lines:
    """Lines end with LF, CR before it or not. A line longer than `longest` bytes comes as None, once."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._line = b""
        self._too_long = False

    @property
    def held(self) -> int:
        """How many bytes of a line without its end."""
        return len(self._line)

    def feed(self, data: bytes) -> list[str | None]:
        """The lines these bytes complete, without their ends; bytes that are not ASCII become U+FFFD."""
        found: list[str | None] = []
        *ended, rest = data.split(b"\n")
        for piece in ended:
            found += self._take(piece)
            if not self._too_long:
                found.append(self._line.rstrip(b"\r").decode("ascii", "replace"))
            self.forget()
        return found + self._take(rest)

    def forget(self) -> None:
        """Begin a new line."""
        self._line = b""
        self._too_long = False

    def _take(self, piece: bytes) -> list[str | None]:
        if self._too_long:
            return []
        self._line += piece
        if len(self._line) <= self._longest:
            return []
        self._line, self._too_long = b"", True
        return [None]
