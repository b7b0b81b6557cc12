"""What the process keeps of memory that it has given free."""

import ctypes

M_MMAP_THRESHOLD = -3  # <malloc.h>
LARGE = 1024 * 1024  # bytes


def give_large_pieces_back() -> None:
    """Let whatever is larger than `LARGE` go back to the system as soon as it is free.

    Left to itself, glibc raises that bound to the largest piece that was ever freed, up to 32 MB (mallopt(3),
    M_MMAP_THRESHOLD). From the first login on, the 19 MB of each password's hash would then stay with the
    thread that worked it out, and so would the bytes of large mail: some 300 MB for sixteen threads. Other
    C libraries have no such bound, and nothing is done there.
    """
    try:
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)
    except (AttributeError, OSError, TypeError):  # musl and macOS have no mallopt, Windows no such library
        return
