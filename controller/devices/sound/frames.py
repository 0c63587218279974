"""When is a frame heard: the loudspeaker's clock, measured against CLOCK_MONOTONIC.

A sound card's quartz is off by up to some 100 ppm, and callbacks come with jitter. So the pairs (frame,
time) are followed by an alpha-beta filter (Kalata 1984, IEEE TAES 20:174) that knows the rate to be
near its nominal value.
"""

from controller.devices.sound.waveforms import RATE_HZ

NS = 1_000_000_000
ALPHA, BETA = 0.02, 0.0002
WORST_PPM = 500.0
JUMP_NS = 50_000_000  # a jump of the stream (xrun, suspend) is taken over at once
SLEW = 0.0005  # of an interval: a tenth of what listeners notice (Friberg & Sundberg 1995: 2.5 %)
REST_NS = 2 * NS  # a metronome silent for longer begins anew


class FrameClock:
    """Fed with one pair per block; answers in fractional frames."""

    def __init__(self) -> None:
        self._frame = 0.0
        self._time_ns: float | None = None
        self._ns_per_frame = NS / RATE_HZ

    def observe(self, frame: int, time_ns: int) -> None:
        """Frame `frame` is heard at `time_ns`, as well as that is known now."""
        if self._time_ns is None:
            self._frame, self._time_ns = frame, time_ns
            return
        frames = frame - self._frame
        expected_ns = self._time_ns + frames * self._ns_per_frame
        error_ns = time_ns - expected_ns
        self._frame = frame
        if abs(error_ns) > JUMP_NS:
            self._time_ns = time_ns
            return
        self._time_ns = expected_ns + ALPHA * error_ns
        if frames > 0:
            nominal = NS / RATE_HZ
            slope = self._ns_per_frame + BETA * error_ns / frames
            worst = nominal * WORST_PPM / 1e6
            self._ns_per_frame = min(max(slope, nominal - worst), nominal + worst)

    def frame_at(self, time_ns: int) -> float:
        """The frame that is heard at `time_ns`; before the first observation frame 0 stands for it."""
        if self._time_ns is None:
            return 0.0
        return self._frame + (time_ns - self._time_ns) / self._ns_per_frame

    def time_ns(self, frame: float) -> int:
        """When this frame is heard; 0 before the first observation."""
        if self._time_ns is None:
            return 0
        return round(self._time_ns + (frame - self._frame) * self._ns_per_frame)


class ClickTrack:
    """Places a metronome's clicks: free-running on frames, so that intervals are exact.

    Only where the two clocks have drifted apart is a click moved, by at most `SLEW` of its interval.
    """

    def __init__(self, clock: FrameClock) -> None:
        self._clock = clock
        self._last: tuple[int, float] | None = None  # (due_ns, frame)

    def place(self, due_ns: int) -> int:
        """The frame of the click that is due at `due_ns`."""
        wanted = self._clock.frame_at(due_ns)
        frame = wanted
        if self._last is not None and 0 < due_ns - self._last[0] <= REST_NS:
            interval = (due_ns - self._last[0]) * RATE_HZ / NS
            nominal = self._last[1] + interval
            frame = nominal + min(max(wanted - nominal, -SLEW * interval), SLEW * interval)
        self._last = (due_ns, frame)
        return round(frame)
