"""Programme files: read back as they were, and each mistake is one sentence."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.checked import BadInputError
from controller.cli import main
from controller.coach.presets import FADED_8, PRESETS
from controller.coach.programme import PlannedSession, ProbeVisit, Programme, Venue, WalkRun
from controller.prescription import Probe
from controller.programme_file import as_text, read_programme, write_programme

HEAD = """
format = 1
name = "mine"
title = "Mine"
source = "our choice"
evidence = "none yet"
per_week = 3
"""
SESSION = "[[sessions]]\nnumber = 1\nminutes = 15\nfeedback_percent = 100\n"


def lines(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(
        st.characters(codec="utf-8", min_codepoint=32, exclude_characters="\x7f"),
        min_size=least,
        max_size=most,
    )


@st.composite
def sessions(draw: st.DrawFn, number: int) -> PlannedSession:
    by_time, by_share = draw(st.booleans()), draw(st.booleans())
    turn = draw(st.none() | st.builds(WalkRun, walk_s=st.integers(30, 3600), run_s=st.integers(30, 3600)))
    share = st.sampled_from((0, 100)) if turn and by_share else st.floats(0, 100)
    return PlannedSession(
        number=number,
        minutes=draw(st.floats(1, 240)) if by_time else None,
        distance_m=None if by_time else draw(st.floats(100, 50_000)),
        feedback_percent=draw(share) if by_share else None,
        feedback_every_m=None if by_share else draw(st.floats(100, 10_000)),
        every_strides=draw(st.integers(1, 20)),
        place=draw(st.sampled_from(Venue)),
        walk_run=turn if by_share else None,
        rpe=draw(st.none() | st.integers(0, 10)),
        note=draw(lines(0, 200)),
    )


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    days = sorted(draw(st.sets(st.integers(0, 1000), max_size=3)))
    kinds = st.lists(st.sampled_from(Probe), min_size=1, unique=True).map(tuple)
    return Programme(
        name=draw(st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)),
        title=draw(lines(1, 80)),
        version=draw(st.integers(1, 100_000)),
        source=draw(lines(3, 100)),
        evidence=draw(lines(3, 100)),
        per_week=draw(st.integers(1, 7)),
        min_rest_h=draw(st.integers(12, 168)),
        sessions=tuple(draw(sessions(number)) for number in range(1, draw(st.integers(1, 4)) + 1)),
        probes=tuple(ProbeVisit(days_after_end=day, kinds=draw(kinds)) for day in days),
    )


@given(programmes())
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, programme: Programme) -> None:
    path = tmp_path_factory.getbasetemp() / "programme.toml"
    write_programme(path, programme)
    assert read_programme(path) == programme


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_the_presets_pass_their_own_door(tmp_path: Path, preset: Programme) -> None:
    path = tmp_path / "preset.toml"
    write_programme(path, preset)
    assert read_programme(path) == preset
    assert path.read_text(encoding="utf-8") == as_text(preset)
    assert [file.name for file in tmp_path.iterdir()] == ["preset.toml"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SESSION, "mine.toml: format is missing: write format = 1 at the top."),
        (HEAD.replace("format = 1", "format = 2") + SESSION, "format is 2: this station reads format 1"),
        (HEAD.replace("format = 1", "format = true") + SESSION, "format is True"),
        (HEAD, "sessions is missing"),
        (HEAD + "mood = 1\n" + SESSION, "mood is not known here"),
        (HEAD + SESSION + "minute = 3", "sessions 1 is {"),
        (HEAD + SESSION.replace("15", "0.5"), "sessions 1, minutes is 0.5: it must be at least 1"),
        (HEAD + SESSION.replace("15", "nan"), "sessions 1, minutes is"),
        (HEAD + SESSION.replace("= 100", "= 120"), "feedback_percent is 120: it must be at most 100"),
        (HEAD + SESSION + "place = 'moon'", "'moon' is none of the values allowed here"),
        (HEAD + SESSION + "distance_m = 500", "give either minutes or distance_m"),
        (HEAD + SESSION.replace("number = 1", "number = 2"), "the sessions' numbers must be 1, 2, 3"),
        (HEAD.replace("per_week = 3", "per_week = 8") + SESSION, "per_week is 8: it must be at most 7"),
        (HEAD.replace('"mine"', '"Mine"') + SESSION, "name is 'Mine': it must match"),
        (HEAD + SESSION + "[[probes]]\ndays_after_end = 7\nkinds = ['quiz']", "'quiz' is none of the values"),
        (
            HEAD + SESSION + "[[probes]]\ndays_after_end = 7\nkinds = ['recall']\n" * 2,
            "in order of days_after_end",
        ),
        ("format = ", "is not TOML"),
        ("a = " + "[" * 5000, "is not TOML"),
        ("a = " + "9" * 5000, "is not TOML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(BadInputError) as problem:
        read_programme(path)
    assert sentence in str(problem.value)
    assert str(problem.value).startswith("mine.toml")


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"nowhere.toml can't be read: No such file"):
        read_programme(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(BadInputError, match="is not TOML"):
        read_programme(tmp_path / "latin.toml")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["programme", *words])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_command_lists_and_draws(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = said(capsys, "list")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(PRESETS)
    assert "###.###.###.###.###.###." in said(capsys, "show", "faded_8")[1]
    assert "...#..#..#..#..#.." in said(capsys, "show", "by_distance", "--speed", "10")[1]
    write_programme(tmp_path / "mine.toml", FADED_8)
    assert said(capsys, "show", str(tmp_path / "mine.toml"))[1] == said(capsys, "show", "faded_8")[1]


def test_the_command_exports_and_checks(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(tmp_path / "mine.toml")
    assert said(capsys, "export", "faded_8", path)[:2] == (0, path + "\n")
    assert said(capsys, "check", path)[1] == "mine.toml: faded_8 version 1, 8 sessions, 180 min.\n"
    status, _, err = said(capsys, "export", "clansey_6", path)
    assert (status, "is already there" in err) == (2, True)
    assert read_programme(Path(path)) == FADED_8


def test_the_command_names_mistakes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _, err = said(capsys, "show", "faded_9")
    assert (status, err.startswith("There is no preset 'faded_9'. There are: faded_8,")) == (2, True)
    for speed in ("0", "40", "nan"):
        assert "it must be from 2 to 36 km/h" in said(capsys, "show", "by_distance", "--speed", speed)[2]
    path = tmp_path / "mine.toml"
    dense = SESSION.replace("15", "200") + "[sessions.walk_run]\nwalk_s = 30\nrun_s = 30\n"
    path.write_text(HEAD + dense)
    status, _, err = said(capsys, "check", str(path))
    assert (status, "mine.toml: Session 1 would have more than 100 blocks" in err) == (2, True)
