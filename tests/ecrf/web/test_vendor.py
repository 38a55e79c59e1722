"""The vendored files are the ones VENDOR.md names, unchanged."""

import hashlib
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[3] / "ecrf" / "static" / "vendor"
NAMED = re.compile(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", re.MULTILINE)
SUMS = dict(NAMED.findall((VENDOR / "VENDOR.md").read_text("utf-8")))


def test_every_vendored_file_is_named_in_vendor_md() -> None:
    assert set(SUMS) == {path.name for path in VENDOR.iterdir()} - {"VENDOR.md"}


@pytest.mark.parametrize("name", sorted(SUMS))
def test_a_vendored_file_has_the_sum_that_vendor_md_states(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == SUMS[name]
