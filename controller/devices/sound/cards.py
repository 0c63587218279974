"""The loudspeakers that this machine knows of, by the names that station.toml takes."""


def loudspeakers() -> list[str]:
    """As PortAudio lists them now; none where its library is missing. Only while nothing is played."""
    try:
        import sounddevice
    except OSError:
        return []
    # PortAudio lists devices once, when it starts: to see a new one it must start again.
    sounddevice._terminate()
    sounddevice._initialize()
    return [str(one["name"]) for one in sounddevice.query_devices() if one["max_output_channels"] > 0]
