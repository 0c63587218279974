"""What each peer needs, and how it is asked: a recording of one sensor in, initial contacts in seconds out.

Every peer gets the whole recording as one gait sequence, axes turned as it expects them (up from the mean of
the recording, forward as the horizontal direction that moves most), its own default settings, and metres per
second squared where it wants them. All of them look at the whole recording before they decide anything.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Peer = Callable[[Array, Array, float], Array]
GRAVITY_MPS2 = 9.80665


def body_axes(force_g: Array) -> Array:
    """Columns up, left, forward: from the mean and the main horizontal movement of the recording."""
    up = force_g.mean(axis=0)
    up = up / np.linalg.norm(up)
    level = force_g - np.outer(force_g @ up, up)
    _, _, directions = np.linalg.svd(level - level.mean(axis=0), full_matrices=False)
    forward = directions[0]
    return np.stack([force_g @ up, force_g @ np.cross(up, forward), force_g @ forward], axis=1)


def _mobgap(name: str) -> Peer:
    def detect(times_s: Array, force_g: Array, rate_hz: float) -> Array:
        import pandas as pd
        from mobgap import initial_contacts

        columns = ["acc_is", "acc_ml", "acc_pa"]
        frame = pd.DataFrame(body_axes(force_g) * GRAVITY_MPS2, columns=columns)
        frame[["gyr_is", "gyr_ml", "gyr_pa"]] = 0.0  # the frame must have them; these detectors use none
        detector: Any = getattr(initial_contacts, name)()
        found = detector.detect(frame, sampling_rate_hz=rate_hz).ic_list_["ic"].to_numpy()
        return _at(times_s, found)

    return detect


def _skdh(name: str) -> Peer:
    def detect(times_s: Array, force_g: Array, rate_hz: float) -> Array:
        from skdh import gait

        prepared = gait.PreprocessGaitBout().predict(time=times_s, accel=force_g, fs=rate_hz)
        step: Any = getattr(gait, name)()
        asked = {"time": times_s, "accel": force_g, "fs": rate_hz, **prepared}
        return _at(times_s, step.predict(**asked)["initial_contacts"])

    return detect


def _sensormotion(times_s: Array, force_g: Array, rate_hz: float) -> Array:
    """The package's own tutorial: low-pass at 10 Hz, detrend, peaks of the vertical; 0.3 s apart."""
    import scipy.linalg
    from sensormotion import peak, signal

    if not hasattr(scipy.linalg, "pinv2"):
        scipy.linalg.pinv2 = scipy.linalg.pinv  # the package was written for SciPy before 1.9
    b, a = signal.build_filter(10, rate_hz, "low", filter_order=4)
    smooth = signal.filter_signal(b, a, body_axes(force_g)[:, 0])
    milliseconds = times_s * 1000
    found = peak.find_peaks(
        milliseconds, smooth, peak_type="peak", min_val=0.6, min_dist=int(0.3 * rate_hz), detrend=1
    )[0]
    return np.asarray(found) / 1000


def _at(times_s: Array, indices: Any) -> Array:
    whole = np.asarray(indices, dtype=float)
    return np.interp(whole[np.isfinite(whole)], np.arange(len(times_s)), times_s)


PEERS: dict[str, dict[str, Peer]] = {
    "sacrum": {
        "mobgap Ionescu": _mobgap("IcdIonescu"),
        "mobgap Shin": _mobgap("IcdShinImproved"),
        "mobgap HKLee": _mobgap("IcdHKLeeImproved"),
        "skdh vertical CWT": _skdh("VerticalCwtGaitEvents"),
        "skdh forward CWT": _skdh("ApCwtGaitEvents"),
        "sensormotion peaks": _sensormotion,
    },
    "shank": {
        "mobgap Shin": _mobgap("IcdShinImproved"),
        "sensormotion peaks": _sensormotion,
    },
    "foot": {
        "mobgap Shin": _mobgap("IcdShinImproved"),
        "sensormotion peaks": _sensormotion,
    },
}
