from bot.messages import Action, Choice, Fact, FieldError, Form, Input, Link, Message, Option, Quote, Reply
from bot.plain_text import render, render_reply


def test_a_message_shows_all_it_has_in_order() -> None:
    message = Message(
        title="#12 · 7th report",
        text="In progress",
        say="Use PayPal",
        facts=(Fact(name="Reports", value="7"),),
        quotes=(Quote(text="card declined", source="Ben"),),
        choices=(
            Choice(
                title="#3",
                text="old",
                quote=Quote(text="like this"),
                link=Link(label="OPS-3", url="http://x/3"),
                actions=(Action(name="same", label="Same as this", value="3"),),
            ),
        ),
        link=Link(label="OPS-88", url="http://x/88"),
        details=("both say ERR-4012",),
        actions=(Action(name="a", label="Not the same", value="1"), Action(name="b", label="Undo", value="1")),
    )
    assert render(message).splitlines() == [
        "#12 · 7th report",
        "In progress",
        "Say: Use PayPal",
        "Reports: 7",
        "> card declined (Ben)",
        "1. #3",
        "   old",
        "   > like this",
        "   OPS-3: http://x/3",
        "   [Same as this]",
        "OPS-88: http://x/88",
        "- both say ERR-4012",
        "[Not the same] [Undo]",
    ]


def test_what_somebody_wrote_cannot_steer_the_terminal() -> None:
    shown = render(Message(title="\x1b[2Jgone\x07", quotes=(Quote(text="a\nb\x9bx"),)))
    assert shown == " [2Jgone \n> a b x"


def test_a_form_shows_what_it_asks_and_its_errors() -> None:
    form = Form(
        name="report",
        title="Report",
        submit="Send",
        inputs=(
            Input(name="text", label="What fails?", required=True),
            Input(name="service", label="Service", options=(Option(label="Website", value="w"),)),
        ),
    )
    reply = Reply(form=form, errors=(FieldError(field="text", message="There was no text."),))
    assert render_reply(reply).splitlines() == [
        "text: There was no text.",
        "Report",
        "  What fails? (required)",
        "  Service: Website",
        "[Send]",
    ]
