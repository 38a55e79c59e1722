"""Passwords that many people have, in the spellings in which they have them."""

import secrets
import string
import time

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from ecrf.services.common_passwords import is_common, word_in
from ecrf.services.guessing import is_listed


@pytest.mark.req("R-SEC-11")
@pytest.mark.parametrize(
    "password",
    [
        "Password1234", "password!!!!", "12password34", "P@$$w0rd2026", "pa55w0rd!!!!", "PasswordPassword",
        "mypassword12", "password-password-1", "p4ssw0rdp4ssw0rd", "qwertyuiop12", "poiuytrewq21", "Qwerty123456",
        "qwe123rty456", "1q2w3e4r5t6y", "1qaz2wsx3edc", "zaq12wsxcde3", "asdfghjkl;12", "zxcvbnm12345",
        "qwertzuiop99", "azertyuiop00", "abcdefgh1234", "abcd1234abcd", "abc123def456", "123456789012",
        "098765432109", "147258369147", "!@#$%^&*()!@", "aaaaaaaaaaaa", "aaaaaaaaaaa1", "aaaaaabbbbbb",
        "ababababab12", "112233445566", "abcabcabcabcabc", "000000000000", "20260304-1200", "+86 138 0013 8000",
        "iloveyou2026", "1l0v3y0u!!!!", "welcome2026!", "Welcome.Admin1", "letmein!!!!!!", "changeme12345",
        "Summer2026!!", "$unsh1ne2026", "monkeydragon", "SuperUser2026", "woaini1314520", "nanjing202603",
        "Hospital2026!", "clinicaltrial1", "footballfootball", "trustno1trustno1", "test-test-test",
        # found by the lists and the estimate alone
        "harbour123456789", "Dolphins#83715", "1q2w3e4r5t6z7u", "Elizabeth1987!", "qaywsxedcrfv1", "caroline05061984",
    ],
)  # fmt: skip
def test_a_password_that_many_people_have_is_known(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "walnut harbour seventeen", "correct horse battery", "жёлтый подводный корабль", "no digits no capitals",
        "my password is a walnut", "qwerty on a harbour wall", "sunshine over walnut street", "quiet-lamp-odd-frog",
        "monkey summer tennis cookie", "密码短语需要十二个汉字长度吗", "Kx9-vhT2-qpWm",
    ],
)  # fmt: skip
def test_words_of_ones_own_choice_are_not_common(password: str) -> None:
    assert not is_common(password)


def test_passwords_made_by_chance_are_not_common() -> None:
    made = [secrets.token_urlsafe(15) for _ in range(300)]
    assert not [password for password in made if is_common(password)]


@pytest.mark.req("R-SEC-11")
@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("annlee202603", "annlee"), ("202603annlee", "annlee"), ("xx-4nnl33-walnut", "annlee"), ("bob123456789", "bob"),
        ("!!b0b!!!!!!!!", "bob"), ("the harbour of bob", None), ("walnut seventeen", None),
    ],
)  # fmt: skip
def test_a_word_about_its_owner_is_found_and_a_short_one_only_alone(password: str, word: str | None) -> None:
    assert word_in(password, ("annlee", "bob")) == word


def test_a_password_of_the_greatest_length_is_judged_at_once() -> None:
    assert is_common("qwertyuiop" * 102)
    assert not is_common("".join(secrets.choice(string.ascii_letters) for _ in range(1024)))


def test_a_password_made_to_take_long_is_judged_within_the_time_of_its_hash() -> None:
    began = time.process_time()
    is_common("4@8({[<369!1|7|0$5+%2" * 48)
    assert time.process_time() - began < 1.5


@pytest.mark.req("R-SEC-11")
def test_the_list_of_leaked_passwords_is_there_offline_and_long() -> None:
    assert len(FREQUENCY_LISTS["passwords"]) >= 30_000
    assert is_listed({"dolphins"})
    assert not is_listed({"walnut harbour"})
