"""What the session and each of its blocks came to: steps, share in band, medians."""

from collections import deque
from statistics import median

from controller.effects import Goals
from controller.items import Side
from controller.prescription import Block
from controller.records import BlockResult, Step

MINUTE_NS = 60_000_000_000


class Score:
    """Told of each step; a block's sums begin anew with `close`."""

    def __init__(self) -> None:
        self.steps = self.stumbles = 0
        self._minute: deque[tuple[int, bool]] = deque()
        self._minute_in_band = 0
        self._open()

    def _open(self) -> None:
        self.block_steps = self.block_in_band = self._judged = 0
        self._goal_spm: float | None = None
        self._values: dict[tuple[str, Side | None], list[float]] = {}

    def step(self, step: Step, goals: Goals | None, *, in_band: bool | None) -> None:
        """Count a step; `in_band` None where there was nothing to hold it against."""
        self.steps += 1
        self.block_steps += 1
        self.stumbles += step.irregular
        if step.irregular or step.gap or step.unsure or step.mode != "running":
            return
        for name, side in (
            ("cadence_spm", None),
            ("peak_g", step.side),
            ("vertical_oscillation_m", None),
            ("contact_time_s", None),
        ):
            value = getattr(step, name)
            if value is not None:
                self._values.setdefault((name, side), []).append(value)
        self._goal_spm = goals.cadence_spm if goals else self._goal_spm
        if in_band is not None:
            self._judged += 1
            self.block_in_band += in_band
            self._minute.append((step.decided_ns, in_band))
            self._minute_in_band += in_band

    def in_band_percent(self, now_ns: int) -> float | None:
        """Of the last minute's steps."""
        while self._minute and now_ns - self._minute[0][0] > MINUTE_NS:
            self._minute_in_band -= self._minute.popleft()[1]
        return 100 * self._minute_in_band / len(self._minute) if self._minute else None

    def close(self, number: int, block: Block, pain: int | None) -> BlockResult:
        """The block is over."""

        def mid(name: str, side: Side | None = None) -> float | None:
            values = self._values.get((name, side))
            return median(values) if values else None

        result = BlockResult(
            number=number,
            feedback=block.feedback,
            probe=block.probe,
            steps=self.block_steps,
            in_band_percent=100 * self.block_in_band / self._judged if self._judged else None,
            cadence_spm=mid("cadence_spm"),
            goal_cadence_spm=self._goal_spm,
            peak_left_g=mid("peak_g", Side.LEFT),
            peak_right_g=mid("peak_g", Side.RIGHT),
            vertical_oscillation_m=mid("vertical_oscillation_m"),
            contact_time_s=mid("contact_time_s"),
            pain=pain,
        )
        self._open()
        return result
