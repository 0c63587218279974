"""The metronome's grid: exact, never handed out too early, unbroken by a change of tempo."""

from hypothesis import given
from hypothesis import strategies as st

from controller.coach.blocks import Course
from controller.coach.metronome import AHEAD_NS, MINUTE_NS, Metronome
from controller.prescription import Block

TEMPI = st.floats(100, 240)


@given(TEMPI, st.integers(0, 10**15), st.lists(st.integers(1, 300_000_000), min_size=1, max_size=60))
def test_clicks_lie_on_the_grid_however_time_passes(
    tempo_spm: float, start_ns: int, waits_ns: list[int]
) -> None:
    metronome = Metronome()
    metronome.start(start_ns, tempo_spm)
    now_ns, dues = start_ns, []
    for wait_ns in waits_ns:
        for cue in metronome.advance(now_ns):
            assert cue.due_ns <= now_ns + AHEAD_NS
            dues.append(cue.due_ns)
        now_ns += wait_ns
    assert dues == [start_ns + round(k * MINUTE_NS / tempo_spm) for k in range(len(dues))]


@given(TEMPI, TEMPI)
def test_a_change_of_tempo_keeps_the_last_beat(first_spm: float, second_spm: float) -> None:
    metronome = Metronome()
    metronome.start(0, first_spm)
    before = metronome.advance(2_000_000_000)
    metronome.retune(second_spm)
    after = metronome.advance(4_000_000_000)
    assert after[0].due_ns - before[-1].due_ns == round(MINUTE_NS / second_spm) or first_spm == second_spm


def test_a_halted_metronome_is_silent() -> None:
    metronome = Metronome()
    metronome.start(0, 180)
    metronome.halt()
    assert metronome.advance(10**9) == []


@given(st.lists(st.floats(1, 600), min_size=1, max_size=12), st.floats(0, 10_000))
def test_every_moment_lies_in_the_block_that_covers_it(durations_s: list[float], elapsed_s: float) -> None:
    place = Course(tuple(Block(duration_s=d) for d in durations_s)).place(elapsed_s)
    start_s = sum(durations_s[: place.number])
    if place.over:
        assert elapsed_s >= sum(durations_s) * (1 - 1e-12)
        assert place.left_s == 0
    else:
        assert start_s * (1 - 1e-9) <= elapsed_s <= (start_s + durations_s[place.number]) * (1 + 1e-9)
