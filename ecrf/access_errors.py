"""What can go wrong at the door besides `ecrf.errors`: proofs of who is there that are missing or too old."""

from ecrf.errors import Problem
from ecrf.messages import N_, Message


class ConfirmationNeeded(Problem):
    """The act wants a fresh proof of who is there: the password was given too long ago (OWASP ASVS 7.5.3)."""

    code, status, title = "confirmation_needed", 403, N_("Give your password to go on")

    def __init__(self) -> None:
        super().__init__(N_("This gives somebody access. Your password shows that it is you."))


class PasswordTooOld(Problem):
    """The password is older than this installation allows; nothing else goes on before it is changed."""

    code, status, title = "password_too_old", 403, N_("Change your password")

    def __init__(self) -> None:
        super().__init__(N_("Your password is older than is allowed here. Change it, then go on."))


class KeyReused(Problem):
    """One `Idempotency-Key` came with two different requests."""

    code, status, title = "key_reused", 422, N_("This key belongs to another request")

    def __init__(self) -> None:
        super().__init__(N_("Another request came with this Idempotency-Key before. Nothing was done."))


class TooManyRequests(Problem):
    """A program sends more than it may. Details: `retry_after`, seconds."""

    code, status, title = "too_many_requests", 429, N_("Too many requests")

    def __init__(self, retry_after: int) -> None:
        said = Message(N_("Too many requests. Go on in %(seconds)s seconds."), {"seconds": retry_after})
        super().__init__(said, retry_after=retry_after)
