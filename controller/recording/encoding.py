"""How a sensor's batches become bytes: exact, and small enough for an SD card.

One block holds the batches that one sensor delivered within a fifth of a second. Counts are stored as
differences, byte planes apart (all high bytes, then all low bytes): neighbouring samples differ little,
so the high bytes are nearly all equal and compress away. Times are stored as second differences: a
steady sensor's are almost all zero.
"""

import struct
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from controller.items import Samples

_HEAD = struct.Struct("<III")  # batches, samples, axes


class Numbered(NamedTuple):
    """A batch with its place in the order in which everything was received."""

    sequence: int
    batch: Samples


def pack(batches: list[Numbered]) -> bytes:
    """Batches of one sensor, in order, none empty of rows and all with the same axes."""
    counts = np.concatenate([n.batch.counts for n in batches]).astype("<i2")
    times = np.concatenate([n.batch.times_ns for n in batches]).astype("<i8")
    table = np.array(
        [[n.sequence, len(n.batch.times_ns), n.batch.overflows, n.batch.errors] for n in batches], "<i8"
    )
    differences = np.diff(counts, axis=0, prepend=np.zeros((1, counts.shape[1]), "<i2")).astype("<i2")
    seconds = np.diff(times, n=2, prepend=np.array([0, 0], "<i8"))
    parts = (
        _HEAD.pack(len(batches), len(times), counts.shape[1]),
        table.tobytes(),
        _planes(seconds.astype("<i8")),
        _planes(np.ascontiguousarray(differences.T)),
    )
    return b"".join(parts)


def unpack(sensor: str, data: bytes) -> list[Numbered]:
    """What `pack` was given."""
    batch_count, sample_count, axes = _HEAD.unpack_from(data)
    offset = _HEAD.size
    table = np.frombuffer(data, "<i8", batch_count * 4, offset).reshape(batch_count, 4)
    offset += table.nbytes
    seconds = _whole(data[offset : offset + 8 * sample_count], "<i8")
    differences = _whole(data[offset + 8 * sample_count :], "<i2").reshape(axes, sample_count)
    times = np.cumsum(np.cumsum(seconds)).astype(np.int64)
    counts = np.ascontiguousarray(np.cumsum(differences, axis=1, dtype=np.int16).T)
    batches, first = [], 0
    for sequence, rows, overflows, errors in table.tolist():
        batch = Samples(
            sensor=sensor,
            times_ns=times[first : first + rows],
            counts=counts[first : first + rows],
            overflows=overflows,
            errors=errors,
        )
        batches.append(Numbered(sequence, batch))
        first += rows
    return batches


def _planes(values: npt.NDArray[np.signedinteger]) -> bytes:
    size = values.dtype.itemsize
    return values.reshape(-1).view(np.uint8).reshape(-1, size).T.tobytes()


def _whole(data: bytes, dtype: str) -> npt.NDArray[np.signedinteger]:
    size = np.dtype(dtype).itemsize
    planes = np.frombuffer(data, np.uint8).reshape(size, -1)
    return np.ascontiguousarray(planes.T).reshape(-1).view(dtype)
