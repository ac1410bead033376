"""The plain text of a topic becomes blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.prose import prose, prose_line
from bot.model.document import Bullets, Code, Paragraph, Text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain", (Text("plain"),), id="plain"),
        pytest.param(
            "port `993`, not `143`",
            (Text("port "), Code("993"), Text(", not "), Code("143")),
            id="code inside",
        ),
        pytest.param("a `b", (Text("a `b"),), id="a lone backtick"),
        pytest.param("<b>&", (Text("<b>&"),), id="markup is text"),
    ],
)
def test_code_in_backticks_is_set_apart(text: str, expected: object) -> None:
    assert prose_line(text) == expected


def test_entries_with_a_mark_make_one_list() -> None:
    assert prose(["Do so:", "1. open", "2. look at `x`", "- this", "- that", "End."]) == (
        Paragraph((Text("Do so:"),)),
        Bullets(((Text("open"),), (Text("look at "), Code("x"))), numbered=True),
        Bullets(((Text("this"),), (Text("that"),))),
        Paragraph((Text("End."),)),
    )


@given(st.text(alphabet="ab` \n", max_size=40))
def test_no_letter_is_lost(text: str) -> None:
    assert "".join(part.text for part in prose_line(text)).replace("`", "") == text.replace("`", "")
