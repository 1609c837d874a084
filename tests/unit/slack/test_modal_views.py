from typing import Any

from hypothesis import given, settings

from adapters.slack.modal import (
    FormPlace,
    copy_view,
    field_errors,
    form_view,
    opening_view,
    options_view,
    place_of,
    told_view,
    typed,
)
from bot.messages import Action, Choice, FieldError, Form, Input, InputKind, Option
from tests.slack_contract import refused_view
from tests.slack_limits import options_faults
from tests.unit.slack import wild

PLACE = FormPlace(desk="cards", value="7", kept={"channel": "C1", "ts": "1.2"})


def form(*inputs: Input) -> Form:
    return Form(name="report", title="Report a tech issue", submit="Report", inputs=inputs)


def blocks_of(view: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = view["blocks"]
    return found


@settings(max_examples=40)
@given(form=wild.forms, likely=wild.tuples(wild.choices, 30))
def test_whatever_a_form_asks_slack_takes_it(form: Form, likely: tuple[Choice, ...]) -> None:
    view = form_view(form, PLACE, watched="field0", likely=likely)
    assert refused_view(view) == []


@given(options=wild.options)
def test_whatever_services_a_desk_has_slack_takes_their_list(options: tuple[Option, ...]) -> None:
    assert options_faults(options_view(options)) == []


@given(words=wild.texts)
def test_whatever_a_view_tells_slack_takes_it(words: str) -> None:
    assert refused_view(told_view(words, words)) == []
    assert refused_view(opening_view(words)) == []
    assert refused_view(copy_view(words)) == []


def test_a_view_gives_back_the_place_it_was_made_with() -> None:
    assert place_of(form_view(form(Input(name="text", label="What fails?")), PLACE)) == PLACE


def test_a_view_of_somebody_else_has_no_place() -> None:
    assert place_of({"private_metadata": "not ours"}) == FormPlace(desk="")


def test_what_was_typed_and_chosen_is_read_by_the_names_of_the_fields() -> None:
    values = {
        "field:text": {"typed": {"type": "plain_text_input", "value": "card reader off"}},
        "field:mood": {"typed": {"type": "static_select", "selected_option": {"value": "angry"}}},
        "field:service": {"typed": {"type": "static_select", "selected_option": None}},
        "field:customer": {"typed": {"type": "plain_text_input", "value": None}},
        "field:reports": {"typed": {"type": "checkboxes", "selected_options": [{"value": "r7"}, {"value": "r9"}]}},
        "other": {"x": {"type": "button"}},
    }
    assert typed({"state": {"values": values}}) == {
        "text": "card reader off",
        "mood": "angry",
        "service": "",
        "customer": "",
        "reports": "r7,r9",
    }


def test_errors_stand_at_their_fields() -> None:
    view = form_view(form(Input(name="text", label="What?"), Input(name="until", label="Until?")), PLACE)
    assert field_errors([FieldError(field="until", message="Not a time.")], view) == {"field:until": "Not a time."}


def test_an_error_of_a_field_that_is_not_there_is_still_told() -> None:
    view = form_view(form(Input(name="text", label="What?")), PLACE)
    assert field_errors([FieldError(field="gone", message="No such thing.")], view) == {"field:text": "No such thing."}


def test_a_hundred_services_are_searched_by_slack_and_more_by_the_bot() -> None:
    def element(count: int) -> Any:
        options = tuple(Option(label=f"S{n}", value=f"S{n}") for n in range(count))
        field = Input(name="service", label="Service", kind=InputKind.CHOICE, options=options, value="S7")
        return blocks_of(form_view(form(field), PLACE))[0]["element"]

    assert element(100)["type"] == "static_select"
    assert element(300)["type"] == "external_select"
    assert element(300)["initial_option"]["value"] == "S7"


def test_a_few_things_to_choose_from_have_a_box_each_and_more_are_a_list() -> None:
    def element(count: int) -> Any:
        options = tuple(Option(label=f"r{n} · no map", value=f"r{n}", hint="Ana · 09:10") for n in range(count))
        field = Input(name="reports", label="Which?", kind=InputKind.SEVERAL, options=options, required=True)
        return blocks_of(form_view(form(field), PLACE))[0]["element"]

    assert element(10)["type"] == "checkboxes"
    assert element(10)["options"][9]["description"]["text"] == "Ana · 09:10"
    assert element(11)["type"] == "multi_static_select"
    assert len(element(300)["options"]) == 100


def test_the_option_that_stands_for_nothing_is_slacks_own() -> None:
    options = (Option(label="-", value=""), Option(label="Angry", value="angry"))
    view = form_view(form(Input(name="mood", label="Mood", kind=InputKind.CHOICE, options=options)), PLACE)
    assert [each["value"] for each in blocks_of(view)[0]["element"]["options"]] == ["angry"]


def test_likely_problems_stand_below_the_field_that_is_watched() -> None:
    fields = (Input(name="text", label="What fails?"), Input(name="service", label="Service"))
    same = Action(name="same", label="Same as this", value="3")
    view = form_view(form(*fields), PLACE, watched="text", likely=[Choice(title="#3 · 7 reports", actions=(same,))])
    text, problem, service = blocks_of(view)
    assert text["dispatch_action"] is True
    assert problem["accessory"]["text"]["text"] == "Same as this"
    assert service["block_id"] == "field:service"
    assert "dispatch_action" not in service
