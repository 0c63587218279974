"""The command `treadcoach`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from controller import __version__, belt_command, programme_command
from controller.checked import BadInputError, checked
from controller.config import Config, belt_table, read_config
from controller.prescription import Targets

BAD_INPUT = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; bad input is one sentence on standard error and exit status 2."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except BadInputError as problem:
        print(problem, file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        return 1
    except OSError as problem:
        print(f"{problem.filename or 'The system'}: {problem.strerror or problem}.", file=sys.stderr)
        return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="treadcoach", description="The gait-retraining station.")
    parser.add_argument("--version", action="version", version=f"treadcoach {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    config_help = "station.toml; without one, the simulated station"

    command = commands.add_parser("run", help="the station: controller and pages, until Ctrl+C")
    command.add_argument("--config", type=Path, help=config_help)
    command.set_defaults(run=_run)

    command = commands.add_parser("controller", help="the controller alone")
    command.add_argument("--config", type=Path, help=config_help)
    command.set_defaults(run=_controller)

    command = commands.add_parser("replay", help="a recording through the very session code")
    command.add_argument("recording", type=Path, help="a recording folder or a session file (.mcap)")
    command.add_argument("--out", type=Path, required=True, help="folder for the CSV files and summary.json")
    command.add_argument(
        "--config", type=Path, help="station.toml whose [session] is replayed, cues included"
    )
    command.add_argument(
        "--cadence-target", type=float, metavar="SPM", help="a constant metronome, nothing else"
    )
    command.add_argument("--audio", type=Path, metavar="FILE.wav", help="the cues as they sound")
    command.set_defaults(run=_replay)

    command = commands.add_parser("validate", help="accuracy against recordings with truth")
    command.add_argument("recordings", type=Path, help="a folder of recording folders, at any depth")
    command.add_argument("--json", type=Path, metavar="FILE", help="rows and every comparison, for programs")
    command.set_defaults(run=_validate)

    command = commands.add_parser("simulate", help="simulated recordings with known truth")
    command.add_argument("--out", type=Path, help="folder for the set of recording folders")
    command.add_argument("--session", type=Path, metavar="FILE.mcap", help="one session file instead")
    command.add_argument("--seconds", type=float, default=600.0, help="length of that session, in s")
    command.add_argument("--config", type=Path, help=config_help)
    command.set_defaults(run=_simulate)

    _programme_parser(commands.add_parser("programme", help="training programmes: presets and files"))

    _belt_parser(commands.add_parser("belt", help="treadmills: what their bytes mean, what may be sent"))

    command = commands.add_parser("pins", help="the station's pins as a picture")
    command.add_argument("--config", type=Path, help=config_help)
    command.set_defaults(run=_pins)

    command = commands.add_parser("selftest", help="what this station can do, in words")
    command.add_argument("parts", nargs="*", metavar="PART", help="disk, clock, pins, sensors, belt ...")
    command.add_argument("--walk", action="store_true", help="stand, walk, stand: how sensors are worn")
    command.add_argument("--latency", action="store_true", help="play clicks and listen: output latency")
    command.add_argument("--config", type=Path, help=config_help)
    command.add_argument("--json", type=Path, metavar="FILE", help="the same, for programs")
    command.set_defaults(run=_selftest)

    command = commands.add_parser("bench", help="this machine's figures")
    command.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    command.add_argument("--quick", action="store_true", help="a tenth of the time, for a first look")
    command.set_defaults(run=_bench)
    return parser


def _programme_parser(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="the presets").set_defaults(run=lambda _: programme_command.listed())

    command = actions.add_parser("show", help="each session as a bar of minutes")
    command.add_argument("name", metavar="NAME", help="a preset, or a programme file")
    command.add_argument("--speed", type=float, metavar="KMH", help="the belt's, for sessions in metres")
    command.set_defaults(run=lambda given: programme_command.shown(given.name, given.speed))

    command = actions.add_parser("check", help="whether a programme file can be used")
    command.add_argument("file", type=Path, metavar="FILE")
    command.set_defaults(run=lambda given: programme_command.proved(given.file))

    command = actions.add_parser("export", help="a preset as a file, to edit")
    command.add_argument("name", metavar="NAME")
    command.add_argument("file", type=Path, metavar="FILE")
    command.set_defaults(run=lambda given: programme_command.exported(given.name, given.file))


def _belt_parser(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="the makes").set_defaults(run=lambda _: belt_command.listed())

    command = actions.add_parser("decode", help="hex chunks on standard input, events as JSON lines")
    command.add_argument("protocol", metavar="PROTOCOL")
    command.add_argument("--units", choices=("kmh", "mph"), help="where the frames don't say")
    command.add_argument("--metres-per-pulse", type=float, metavar="M", help="for a belt sensor")
    command.set_defaults(
        run=lambda given: belt_command.decoded(
            given.protocol, belt_command.settings_of(given.units, given.metres_per_pulse), sys.stdin
        )
    )

    command = actions.add_parser("watch", help="what a treadmill says now, line by line")
    command.add_argument("protocol", metavar="PROTOCOL")
    command.add_argument("port", metavar="PORT", help="a device, a pyserial URL, or simulated")
    command.add_argument("--units", choices=("kmh", "mph"), help="where the frames don't say")
    command.add_argument("--metres-per-pulse", type=float, metavar="M", help="for a belt sensor")
    command.add_argument("--baud", type=int, help="where it isn't the make's own")
    command.add_argument("--seconds", type=float, help="end after so long; otherwise Ctrl+C ends it")
    command.set_defaults(run=_watch)

    command = actions.add_parser("requests", help="every byte string that may ever be sent, as hex")
    command.add_argument("protocol", metavar="PROTOCOL")
    command.set_defaults(run=lambda given: belt_command.requested(given.protocol))


def _watch(arguments: argparse.Namespace) -> int:
    from controller.belt_watch import watch
    from controller.clock import SystemClock

    settings = belt_command.settings_of(arguments.units, arguments.metres_per_pulse)
    table = belt_table(arguments.protocol, arguments.port, arguments.baud, settings)
    try:
        return watch(table, arguments.seconds, SystemClock())
    except KeyboardInterrupt:
        return 0


def _run(arguments: argparse.Namespace) -> int:
    from controller import supervise
    from controller.clock import SystemClock

    config = _configured(arguments.config)
    return supervise.run(config, arguments.config, SystemClock(), lambda text: print(text, flush=True))


def _controller(arguments: argparse.Namespace) -> int:
    from controller import process

    return process.main(_configured(arguments.config))


def _replay(arguments: argparse.Namespace) -> int:
    from controller.replay import replay, start_order

    target_spm = arguments.cadence_target
    if target_spm is not None:
        checked({"cadence_spm": target_spm}, Targets, "--cadence-target")
    if not arguments.recording.exists():
        raise BadInputError(f"{arguments.recording}: there is no such recording.")
    configured = read_config(arguments.config).start_order() if arguments.config else None
    outcome = replay(arguments.recording, arguments.out, start_order(target_spm, configured), arguments.audio)
    print(
        f"{outcome.duration_s:.1f} s, {len(outcome.contacts)} contacts, {len(outcome.steps)} steps, "
        f"{len(outcome.cues)} cues: {arguments.out}"
    )
    return 0


def _validate(arguments: argparse.Namespace) -> int:
    from controller.validation.report import text, validate

    report = validate(arguments.recordings, progress=sys.stderr.isatty())
    if arguments.json is not None:
        arguments.json.write_bytes(msgspec.json.encode(report))
    print(text(report), end="")
    return 0


def _simulate(arguments: argparse.Namespace) -> int:
    from controller.simulation.dataset import make_dataset, make_session

    config = read_config(arguments.config)
    if arguments.session is not None:
        make_session(arguments.session, config.simulation, config.start_order(), arguments.seconds)
        print(arguments.session)
        return 0
    if arguments.out is None:
        raise BadInputError("simulate needs --out FOLDER for a set of recordings, or --session FILE.mcap.")
    for folder in make_dataset(arguments.out):
        print(folder)
    return 0


def _configured(path: Path | None) -> Config:
    """The configuration, with pins that can be used as it says."""
    from controller.pin_plan import conflicts, unheard, uses

    config = read_config(path)
    found = [*conflicts(uses(config)), *unheard(config)]
    if found:
        raise BadInputError(" ".join(found))
    return config


def _pins(arguments: argparse.Namespace) -> int:
    from controller.pin_plan import pins

    return pins(_configured(arguments.config))


def _selftest(arguments: argparse.Namespace) -> int:
    from controller.clock import SystemClock
    from controller.selftest.command import Wanted, selftest

    wanted = Wanted(arguments.parts, walk=arguments.walk, latency=arguments.latency)
    return selftest(read_config(arguments.config), wanted, SystemClock(), arguments.json)


def _bench(arguments: argparse.Namespace) -> int:
    from controller.bench import bench

    return bench(arguments.json, quick=arguments.quick)


if __name__ == "__main__":
    sys.exit(main())
