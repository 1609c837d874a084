from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.home import home_view
from bot.forms import preferences_form
from bot.messages import Choice, Home, Message
from bot.people import WantedUpdates
from tests.slack_contract import refused_view
from tests.unit.slack import wild

FORM = preferences_form(next(iter(WantedUpdates)))


@settings(max_examples=30)
@given(sections=st.lists(wild.messages, max_size=5))
def test_whatever_is_on_a_persons_page_slack_takes_it(sections: list[Message]) -> None:
    assert refused_view(home_view(Home(sections=tuple(sections), preferences=FORM), desk="default")) == []


def test_a_page_with_very_much_on_it_still_asks_for_the_wishes() -> None:
    much = Message(title="My reports", choices=tuple(Choice(title=f"#{n}") for n in range(100)))
    view = home_view(Home(sections=(much,) * 5, preferences=FORM), desk="default")
    assert refused_view(view) == []
    assert view["blocks"][-1]["type"] == "input"
