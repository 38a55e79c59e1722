"""What random acts are made of: by whom, with what typed and said. The right people come often."""

import string

from hypothesis import strategies as st

from tests.ecrf.services.random_rules import PEOPLE

numbers = st.one_of(
    st.integers(0, 200).map(str), st.sampled_from(["80", "81", "79", "80.0", "15000", "15001", "0", "-1"]),
    st.sampled_from(["1,5", "1e400", "NaN", "abc", "８１", "8１", "4.3.2", "", " ", "+5", "9" * 45, "\x00", "\ud800"]),
    st.text([each for each in string.printable if each not in "<>-"], max_size=6),
)  # fmt: skip
people = st.sampled_from(sorted(PEOPLE))
staff, reviewers, managers = (
    st.one_of(*map(st.just, chosen), people)
    for chosen in (("Wang", "Zhao", "Wang"), ("Sun", "Li", "Chen"), ("Chen", "Chen", "Chen"))
)
reasons = st.sampled_from([None, ("transcription", "typed wrongly"), ("transcription", ""), ("other", "another tube"),
                           ("other", " "), ("because", "x")])  # fmt: skip
held = st.sampled_from(
    ["item ALT", "item ALT", "item ALT_CS", "record CHEM", "form CHEM", "form HEM", "event", "subject", "item ALT"]
)
held_reasons = st.sampled_from([None, "reviewed", "bad\x00"])
seldom = st.sampled_from([False, False, False, False, True, False])
words = st.sampled_from(["Which value stands?", "Which value stands?", "This one.", "", " ", "x" * 2001])
days = st.sampled_from(["2026-03-04", "", "2026-02-30"])
talks = st.sampled_from(["ask", "answer", "close", "reopen"])
items = st.sampled_from(["ALT", "ALT_CS", None, "NOPE"])
moves = st.sampled_from(["leads on", "leads on", "leads on", "leads on", "not_done", "remove", "restore", "resume"])
moved = st.sampled_from(["CHEM", "CHEM", "CHEM", "HEM", "SV", "CHEM"])
why_moved = st.sampled_from([("other", "another tube"), ("other", "a test"), ("entered_twice", "as row 2"),
                             ("subject_absent", "snow"), ("other", " "), ("", "")])  # fmt: skip
agreed = st.sampled_from(["agreed", "agreed", "agreed", "", "  "])
