"""PGP written into the text (RFC 9580 sections 6.2 and 7): what is signed, what is encrypted."""

import re

SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_ENCRYPTED = ("-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----")
_SIGNATURE = ("-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----")
_LONGEST_SIGNATURE = 400  # lines
_OPENING = re.compile(rf"{SIGNED}\n(?:[A-Za-z-]{{1,40}}: [^\n]{{0,200}}\n){{0,9}}\n")
_DASH_ESCAPE = re.compile(r"^- (?=-)", re.M)


def is_encrypted(text: str) -> bool:
    """Whether a block of it stands there, at the beginning of its lines; a quoted one is somebody else's."""
    if _ENCRYPTED[0] not in text:
        return False
    lines = [line.rstrip() for line in text.split("\n")]
    return _ENCRYPTED[0] in lines and _ENCRYPTED[1] in lines[lines.index(_ENCRYPTED[0]) :]


def without(text: str) -> str:
    """The words that are signed, as they were before."""
    return _DASH_ESCAPE.sub("", _OPENING.sub("", _without_signatures(text)))


def _without_signatures(text: str) -> str:
    """Without the blocks from BEGIN to END, whatever their comments hold; one without an END stays."""
    kept: list[str] = []
    block: list[str] = []
    for line in text.split("\n"):
        if block:
            block.append(line)
            if line.rstrip() == _SIGNATURE[1]:
                block = []
                kept.append("")
            elif len(block) > _LONGEST_SIGNATURE:
                kept += block
                block = []
        elif line.rstrip() == _SIGNATURE[0]:
            block = [line]
        else:
            kept.append(line)
    return "\n".join(kept + block)
