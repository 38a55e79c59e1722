"""A text is said in the language asked for, or in the nearest one that the study speaks."""

import pytest

from forms.texts import Text

BOTH = Text({"zh-CN": "中国", "en": "English", "en-GB": "British"})


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("en", "English"),
        ("en-GB", "British"),
        ("en-US", "English"),
        ("zh-CN", "中国"),
        ("zh", "中国"),
        ("zh-TW", "中国"),
        ("zh-Hans-CN", "中国"),
        ("de", "中国"),
        ("", "中国"),
    ],
)
def test_a_text_falls_back_from_region_to_language_to_the_default(asked: str, said: str) -> None:
    assert BOTH.said_in(asked) == said


def test_a_script_stands_between_region_and_language() -> None:
    assert Text({"zh": "a", "zh-Hant": "b"}).said_in("zh-Hant-TW") == "b"


def test_no_text_says_nothing() -> None:
    assert (Text().said_in("en"), bool(Text())) == ("", False)
