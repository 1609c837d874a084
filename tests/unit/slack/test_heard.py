import pytest

from adapters.slack.heard import read_text


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<@U0BOT> card declined", "card declined"),
        ("card declined <@U0BOT>", "card declined"),
        ("<@U02BEN|ben> says it hangs", "@ben says it hangs"),
        ("see <#C01SUPPORT|support>", "see #support"),
        ("<!here> it hangs", "@here it hangs"),
        ("<!subteam^S01|@desk> it hangs", "@desk it hangs"),
        ("at <https://shop.example.com/pay>", "at https://shop.example.com/pay"),
        (
            "at <https://shop.example.com/pay|shop.example.com/pay>",
            "at https://shop.example.com/pay",
        ),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<https://shop.example.com/pay|the till>", "the till https://shop.example.com/pay"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("  ", ""),
    ],
)
def test_a_text_is_read_as_its_writer_saw_it(sent: str, read: str) -> None:
    assert read_text(sent, without="U0BOT") == read
