"""What the process keeps of memory that it has given free."""

import ctypes

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # <malloc.h>
LARGE = 1024 * 1024  # bytes
ARENAS = 2


def keep_little() -> None:
    """Let whatever is larger than `LARGE` go back to the system as soon as it is free, and share the rest.

    Left to itself, glibc raises that bound to the largest piece that was ever freed, up to 32 MB (mallopt(3),
    M_MMAP_THRESHOLD). From the first login on, the 19 MB of each password's hash would then stay with the
    thread that worked it out, and so would the bytes of large mail: some 300 MB for sixteen threads.
    And it gives threads arenas of their own, eight for each core, so that they need not wait for each other:
    threads of Python wait for its lock anyway, and what one arena has free is of no use to another.
    Other C libraries have no such bounds, and nothing is done there.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_ARENA_MAX, ARENAS)
    except (AttributeError, OSError, TypeError):  # musl and macOS have no mallopt, Windows no such library
        return
