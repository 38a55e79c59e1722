"""Which passwords are taken, and how they are kept."""

import pytest

from ecrf.errors import BadInput
from ecrf.services import passwords

ABOUT = ("ann.lee", "Ann Lee-Fischer", "North Clinic", "BEAM")


@pytest.mark.req("R-SEC-10", "R-SEC-12")
@pytest.mark.parametrize(
    "password",
    [
        "walnut harbour seventeen", "correct horse battery", "жёлтый подводный корабль", "密码短语需要十二个汉字长度吗",
        "qqqqqZZZZZ" + "7!" * 500, "no digits no capitals",
    ],
)  # fmt: skip
def test_a_long_password_of_any_letters_is_taken(password: str) -> None:
    passwords.expect_strong(password, ABOUT)


@pytest.mark.req("R-SEC-10", "R-SEC-11")
@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "at least 12"),
        ("x" * 1025, "at most 1024"),
        ("Password1234", "too common"),
        ("1234Password", "too common"),
        ("P@ssw0rd1234", "too common"),
        ("qwertyuiop12345", "too common"),
        ("123456789012", "too common"),
        ("abcdefghijklm", "too common"),
        ("zyxwvutsrqponm", "too common"),
        ("aaaaaaaaaaaa", "too common"),
        ("abcabcabcabcabc", "too common"),
        ("letmein!!!!!!", "too common"),
        ("i am ANN.LEE today", "ann.lee"),
        ("harbour fischer ship", "fischer"),
        ("beautiful beams of light", "beam"),
        ("bright b3am5 of light", "beam"),
        ("the north clinic door", "clinic"),
    ],
)
def test_a_short_a_common_and_a_telling_password_is_refused(password: str, why: str) -> None:
    with pytest.raises(BadInput) as refused:
        passwords.expect_strong(password, ABOUT)
    assert why in str(refused.value.details["fields"]["password"])


@pytest.mark.req("R-SEC-10")
def test_no_letter_of_a_long_password_is_cut_off() -> None:
    kept = passwords.hashed("x" * 90 + "a" * 10)
    assert passwords.matches(kept, "x" * 90 + "a" * 10)
    assert not passwords.matches(kept, "x" * 90 + "a" * 9 + "b")


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$broken"])
def test_nothing_matches_what_is_not_a_hash(kept: str | None) -> None:
    assert not passwords.matches(kept, "nobody has this password")


def test_one_word_in_two_ways_of_unicode_is_one_word() -> None:
    assert passwords.matches(passwords.hashed("cafe\u0301 au lait noir"), "caf\u00e9 au lait noir")


@pytest.mark.req("R-SEC-13")
def test_the_cost_in_production_is_argon2ids_recommended_one() -> None:
    try:
        passwords.hash_cheaply(cheaply=False)
        assert passwords.hashed("walnut harbour").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    finally:
        passwords.hash_cheaply(cheaply=True)
