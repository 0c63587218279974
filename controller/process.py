"""The controller process: it runs sessions to their end with no browser and no database."""

import os
import signal
from collections import deque
from queue import SimpleQueue

from controller import __version__
from controller.assembly import Station, assemble
from controller.belt_assembly import belt_confirmation
from controller.bus_plan import clock_notes
from controller.clock import Clock, SystemClock
from controller.config import Config
from controller.effects import BeltConfirmed
from controller.items import Item
from controller.loop import Loop, Reader
from controller.messages import Health, Lateness, Notice, SoundState
from controller.realtime import LOOP_PRIORITY, freeze_heap, lock_memory, small_stacks, take_priority
from controller.recording.recorder import Recorder, recover
from controller.server import Server
from controller.session import Session
from controller.sham_source import with_sham

NOTICES_KEPT = 20
SOUND_OFF = SoundState(playing=False, device="none", detail="Sound is switched off in station.toml.")


class Controller:
    """Everything that lives as long as the process, wired together."""

    def __init__(self, config: Config, clock: Clock) -> None:
        small_stacks()
        self._config = config
        self._clock = clock
        self._started_ns = clock.monotonic_ns()
        config.recordings_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        inbox: SimpleQueue[Item] = SimpleQueue()
        # The socket first: while another controller answers there, nothing of its files may be touched.
        kept = config.recordings_dir
        self._server = Server(config.socket, lambda command: inbox.put(with_sham(command, kept)), clock)
        self._notices: deque[Notice] = deque(recover(config.recordings_dir, clock), maxlen=NOTICES_KEPT)
        self._recorder = Recorder(config.recordings_dir, clock, __version__)
        self._station: Station = assemble(config, clock, inbox.put, self._notice)
        self._warnings: list[str] = []
        for note in clock_notes(config.sensors):
            self._notice(note)
        self._readers = [Reader(source, inbox, self._notice) for source in self._station.sources]
        self.loop = Loop(
            session=Session(self._station.setup),
            inbox=inbox,
            players=self._station.players,
            recorder=self._recorder,
            outbox=self._server,
            clock=clock,
            health=self._health,
            keep=self._keep_confirmation,
        )

    def run(self) -> None:
        """Until `loop.stop()`; afterwards everything is closed and written."""
        self._memory_locked = not self._warn(lock_memory())
        self._server.start()
        for reader in self._readers:
            reader.start()
        self._realtime = not self._warn(take_priority(LOOP_PRIORITY))
        freeze_heap()
        try:
            self.loop.run()
        finally:
            for reader in self._readers:
                reader.close()
            for prop in self._station.belts.props:
                prop.close()
            for player in self._station.players:
                player.close()
            self._recorder.close()
            self._server.close()

    def _warn(self, warning: str) -> str:
        if warning:
            self._warnings.append(warning)
        return warning

    def _notice(self, text: str) -> None:
        if not self._notices or self._notices[-1].text != text:
            wall_time = self._clock.wall_time().isoformat(timespec="seconds")
            self._notices.append(Notice(wall_time=wall_time, text=text))

    def _keep_confirmation(self, confirmed: BeltConfirmed) -> None:
        try:
            belt_confirmation(self._config).keep(confirmed.console_mps, self._clock.wall_time())
        except OSError as problem:
            self._notice(f"The belt's confirmation can't be kept ({problem.strerror}). Confirm it again.")

    def _health(self, lateness: Lateness | None) -> Health:
        now_ns = self._clock.monotonic_ns()
        speaker = self._station.speaker
        return Health(
            time_ns=now_ns,
            version=__version__,
            station=self._config.station.name,
            simulated=self._station.setup.simulated,
            phase_aligned=self._station.setup.phase_aligned,
            uptime_s=(now_ns - self._started_ns) / 1e9,
            realtime=self._realtime,
            memory_locked=self._memory_locked,
            lateness=lateness,
            sound=SOUND_OFF if speaker is None else speaker.state(),
            recorder=self._recorder.state(),
            belts=tuple(source.state for source in self._station.belts.sources),
            parts=tuple(part for owner in self._station.parts for part in owner.parts),
            clients=self._server.clients,
            clients_dropped=self._server.dropped,
            reports_skipped=self._server.skipped,
            notices=tuple(self._notices),
            warnings=tuple(self._warnings),
            leads=tuple(board.state for board in self._station.leg_boards),
        )


def main(config: Config) -> int:
    """`treadcoach controller`: 0 after an orderly end."""
    os.umask(0o077)  # recordings are nobody else's business
    controller = Controller(config, SystemClock())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: controller.loop.stop())
    controller.run()
    return 0
