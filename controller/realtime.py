"""Being on time: memory that stays, a heap that is not searched, and a place before everybody else."""

import ctypes
import gc
import os
import threading

MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT = (
    1,
    2,
    4,
)  # mlockall(2); ONFAULT: lock what is touched, not what is mapped
LOOP_PRIORITY, READER_PRIORITY = 50, 49  # sched(7): above everything ordinary, below the kernel's own threads
STACK_BYTES = 512 * 1024


def lock_memory() -> str:
    """Keep what is used in memory; the sentence that says why not, or nothing."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0:
        return ""
    reason = os.strerror(ctypes.get_errno())
    return f"Memory is not locked ({reason}); cues may come late when memory is short."


def take_priority(priority: int) -> str:
    """Real-time scheduling for the calling thread; the sentence that says why not, or nothing.

    RESET_ON_FORK: a child of the controller is an ordinary process again.
    """
    try:
        policy = os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
        os.sched_setscheduler(threading.get_native_id(), policy, os.sched_param(priority))
    except (OSError, AttributeError) as problem:
        return f"No real-time scheduling ({problem}); cues may come late on a busy machine."
    return ""


def permitted() -> dict[str, str]:
    """What this user may do, by name; a sentence where they may not. Tried in a thread and undone."""
    found: dict[str, str] = {}
    trial = threading.Thread(target=lambda: found.update(scheduling=take_priority(LOOP_PRIORITY)))
    trial.start()
    trial.join()
    found["memory"] = lock_memory()
    ctypes.CDLL(None).munlockall()
    return {"real-time scheduling": found["scheduling"], "memory lock": found["memory"]}


def freeze_heap() -> None:
    """What lives by now lives for ever: full collections would stop the loop to search it (Klipper)."""
    gc.collect()
    gc.freeze()


def small_stacks() -> None:
    """For threads started from now on; none of ours goes deep."""
    threading.stack_size(STACK_BYTES)
