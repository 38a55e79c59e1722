"""How much may be sent: by one address to the pages that are open to everybody (Flask-Limiter), and by all programs of
one person. Both are counted by each process; attempts at a password are counted in the database besides."""

import math
import time

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from ecrf.access_errors import TooManyRequests
from ecrf.config import settings

limiter = Limiter(get_remote_address, storage_uri="memory://")
_programs = FixedWindowRateLimiter(MemoryStorage())


def expect_few(person_id: str) -> None:
    """Count a request of a person's programs; raises `TooManyRequests` beyond the rate that the settings allow."""
    rate = settings().api_rate
    if not rate:
        return
    allowed = parse(rate)
    if _programs.hit(allowed, person_id):
        return
    resets = _programs.get_window_stats(allowed, person_id).reset_time
    raise TooManyRequests(max(1, math.ceil(resets - time.time())))
