"""Sound: waveforms, an engine that mixes them by frame count, and the loudspeaker that plays it."""
