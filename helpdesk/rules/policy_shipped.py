"""The policies and legal floors that come with the desk: data in helpdesk/rules/policies, read once."""

from functools import cache, lru_cache
from pathlib import Path

from helpdesk.rules.policy_checking import Checked, check
from helpdesk.rules.policy_reading import Reading, read, read_floor
from helpdesk.rules.policy_terms import Policy

FOLDER = Path(__file__).parent / "policies"
PRESETS = ("cn-shop", "eu-shop", "uk-shop")
FLOORS = ("cn-statute", "eu-crd", "uk-ccr")
DEFAULT = "cn-shop"


def preset_text(name: str) -> str:
    """The file of a preset. Raises KeyError for a name that is not one of PRESETS."""
    if name not in PRESETS:
        raise KeyError(name)
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=32)
def read_policy(text: str, *, was_kept: bool = False) -> Reading:
    """A shop's policy, its floor one of those that are shipped. The same text is read once."""
    return read(text, floors=FLOORS, was_kept=was_kept)


@cache
def floor(name: str) -> Policy:
    """A shipped floor. Raises KeyError for a name that is not one of FLOORS."""
    if name not in FLOORS:
        raise KeyError(name)
    policy = read_floor((FOLDER / f"{name}.toml").read_text(encoding="utf-8")).policy
    assert policy is not None  # tests/rules/test_policy_presets.py reads them all
    return policy


def checked(policy: Policy) -> Checked:
    """Check it against the floor that it names."""
    return check(policy, floor(policy.floor) if policy.floor else None)
