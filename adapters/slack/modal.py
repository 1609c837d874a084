"""The bot's forms as Slack's modal views, what was typed into them, and errors at their fields."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.slack import limits
from adapters.slack.blocks import Block, Numbering, Room, choice_blocks, context, plain
from adapters.slack.limits import measure, one_line, shorten
from bot.messages import Choice, FieldError, Form, Input, InputKind, Message, Option

_FIELD = "field:"
TYPED = "typed"
"""The action id of a field that a person types into."""
SOUGHT = "sought"
"""The action id of a field whose options are asked for as a person types."""
OPENING = "opening"
"""The callback id of the view that is shown while a form is made."""
TOLD = "told"
"""The callback id of a view that only says something."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormPlace:
    """Which form a view is: the desk it is of, the form's own value, and small ids to keep beside it."""

    desk: str
    value: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)


def form_view(
    form: Form, place: FormPlace, *, watched: str | None = None, likely: Sequence[Choice] = (), error: str = ""
) -> dict[str, Any]:
    """The form. What is typed into `watched` is sent as it is typed, and `likely` stands below that field. `error` is
    about the form as a whole.

    A view that takes the place of another one of the same form keeps what the person had typed.
    """
    room = Room(blocks=limits.VIEW_BLOCKS, weight=limits.VIEW_WEIGHT)
    blocks = room.take([context(error)] if error else [])
    inputs = [block for each in form.inputs if (block := _input(each, is_watched=each.name == watched))]
    kept = room.take(inputs)
    groups = [list(choice_blocks(each, place.desk, numbers)) for numbers in [Numbering()] for each in likely]
    shown = room.take_groups(groups)
    after = next((at for at, block in enumerate(kept, 1) if block["block_id"] == f"{_FIELD}{watched}"), len(kept))
    return {
        "type": "modal",
        "callback_id": form.name[: limits.ID],
        "private_metadata": _metadata(form, place),
        "title": plain(one_line(form.title, limits.MODAL_TITLE), limits.MODAL_TITLE),
        "submit": plain(one_line(form.submit, limits.MODAL_TITLE), limits.MODAL_TITLE),
        "close": plain("Cancel", limits.MODAL_TITLE),
        "blocks": [*blocks, *kept[:after], *shown, *kept[after:]] or [context(form.title)],
    }


def opening_view(title: str) -> dict[str, Any]:
    """Shown at once, before the form can be: Slack lets a view be opened for three seconds only."""
    return {
        "type": "modal",
        "callback_id": OPENING,
        "title": plain(one_line(title, limits.MODAL_TITLE), limits.MODAL_TITLE),
        "close": plain("Cancel", limits.MODAL_TITLE),
        "blocks": [context("One moment…")],
    }


def told_view(title: str, lines: str) -> dict[str, Any]:
    """A view that says something: details that were asked for, or why a form did not open."""
    return {
        "type": "modal",
        "callback_id": TOLD,
        "title": plain(one_line(title, limits.MODAL_TITLE), limits.MODAL_TITLE),
        "close": plain("Close", limits.MODAL_TITLE),
        "blocks": [{"type": "section", "text": plain(lines, limits.SECTION)}],
    }


def copy_view(words: str) -> dict[str, Any]:
    """The words in a field that is chosen already, so that they can be copied with two keys on any device."""
    element = {
        "type": "plain_text_input",
        "action_id": TYPED,
        "multiline": True,
        "initial_value": shorten(words, limits.INPUT_VALUE),
        "focus_on_load": True,
    }
    label = plain("Tell the customer", limits.INPUT_LABEL)
    return {
        "type": "modal",
        "callback_id": TOLD,
        "title": plain("Copy", limits.MODAL_TITLE),
        "submit": plain("Done", limits.MODAL_TITLE),
        "close": plain("Close", limits.MODAL_TITLE),
        "blocks": [{"type": "input", "block_id": "words", "optional": True, "label": label, "element": element}],
    }


def message_view(title: str, message: Message) -> dict[str, Any]:
    """The same of a message."""
    return told_view(title, "\n".join(part for part in (message.title, message.text) if part))


def place_of(view: Mapping[str, Any]) -> FormPlace:
    """The place that the view was made with."""
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        kept = {}
    ids = {str(name): str(value) for name, value in kept.items()} if isinstance(kept, dict) else {}
    return FormPlace(desk=ids.pop("desk", ""), value=ids.pop("value", ""), kept=ids)


def typed(view: Mapping[str, Any]) -> dict[str, str]:
    """What each field holds now; fields left empty are empty texts."""
    values: Mapping[str, Mapping[str, Any]] = (view.get("state") or {}).get("values") or {}
    return {
        block.removeprefix(_FIELD): _typed(next(iter(elements.values()), {}))
        for block, elements in values.items()
        if block.startswith(_FIELD)
    }


def field_errors(errors: Sequence[FieldError], view: Mapping[str, Any]) -> dict[str, str]:
    """The errors as the view's fields take them. One of a field that the view has not is shown at its first field."""
    fields = [str(block["block_id"]) for block in view.get("blocks", ()) if block.get("type") == "input"]
    found: dict[str, str] = {}
    for error in errors:
        wanted = f"{_FIELD}{error.field}"
        at = wanted if wanted in fields else next(iter(fields), wanted)
        found[at] = shorten(f"{found[at]} {error.message}" if at in found else error.message, limits.CONFIRM)
    return found


def options_view(options: Sequence[Option]) -> dict[str, Any]:
    """The answer to a field whose options are asked for."""
    return {"options": _options(options)[: limits.OPTIONS]}


def _input(field: Input, *, is_watched: bool) -> Block | None:
    if (element := _element(field)) is None:
        return None
    block: dict[str, Any] = {
        "type": "input",
        "block_id": f"{_FIELD}{field.name}"[: limits.ID],
        "label": plain(one_line(field.label, limits.INPUT_LABEL), limits.INPUT_LABEL),
        "optional": not field.required,
        "element": element,
    }
    if field.hint.strip():
        block["hint"] = plain(one_line(field.hint, limits.INPUT_LABEL), limits.INPUT_LABEL)
    if is_watched and element["type"] == "plain_text_input":
        block["dispatch_action"] = True
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered", "on_enter_pressed"]}
    return block


def _element(field: Input) -> dict[str, Any] | None:
    """What is typed into or chosen from; None where there is nothing to choose and nothing that must be."""
    if field.kind is InputKind.CHOICE:
        return _choice(field)
    if field.kind is InputKind.SEVERAL:
        return _several(field)
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": TYPED,
        "multiline": field.kind is InputKind.LONG_TEXT,
        "max_length": limits.INPUT_VALUE,
    }
    if field.value.strip():
        element["initial_value"] = shorten(field.value, limits.INPUT_VALUE)
    return element


def _choice(field: Input) -> dict[str, Any] | None:
    """Slack searches a list of up to a hundred by itself, as one types. A longer one it asks for."""
    options = _options(field.options)
    chosen = next((each for each in options if each["value"] == field.value), None)
    if not options:
        return None
    element: dict[str, Any] = (
        {"type": "external_select", "action_id": SOUGHT, "min_query_length": 0}
        if len(options) > limits.OPTIONS
        else {"type": "static_select", "action_id": TYPED, "options": options}
    )
    return element if chosen is None else {**element, "initial_option": chosen}


def _several(field: Input) -> dict[str, Any] | None:
    """A few are shown with a box each, more in a list to choose from."""
    options = _options(field.options)[: limits.OPTIONS]
    if not options:
        return None
    kind = "checkboxes" if len(options) <= limits.BOXES else "multi_static_select"
    return {"type": kind, "action_id": TYPED, "options": options}


def _options(options: Sequence[Option]) -> list[dict[str, Any]]:
    """Without the one that stands for nothing, which Slack has of its own, and those whose value it cannot carry."""
    kept: dict[str, dict[str, Any]] = {}
    for option in options:
        if option.value.strip() and measure(option.value) <= limits.OPTION_VALUE:
            label = plain(one_line(option.label, limits.OPTION_LABEL), limits.OPTION_LABEL)
            shown = {"text": label, "value": option.value}
            if option.hint.strip():
                shown["description"] = plain(one_line(option.hint, limits.OPTION_LABEL), limits.OPTION_LABEL)
            kept.setdefault(option.value, shown)
    return list(kept.values())


def _metadata(form: Form, place: FormPlace) -> str:
    """Small ids only: what does not fit is a mistake of ours."""
    written = json.dumps({**place.kept, "desk": place.desk, "value": place.value or form.value})
    if measure(written) > limits.METADATA:
        raise ValueError("A form's value and ids must be short.")
    return written


def _typed(element: Mapping[str, Any]) -> str:
    if "selected_options" in element:
        return ",".join(str(each.get("value") or "") for each in element["selected_options"] or ())
    chosen = element.get("selected_option")
    return str((chosen or {}).get("value") or "") if "selected_option" in element else str(element.get("value") or "")
