"""Messages and forms of whatever people may write and desks may be called."""

from hypothesis import strategies as st

from bot.messages import Action, Choice, Fact, Form, Input, InputKind, Link, Message, Option, Quote, Style, Tone

_PIECES = (
    *("<!channel>", "<!here|x>", "@channel", "@HERE", "@everyone", "<@U012345>", "<#C0123>", "<https://evil|ok>"),
    *("*bold*", "_slant_", "~gone~", "`code`", "```", "> said", "&gt; said", "&amp;", ":tada:", "<", ">", "&", "|"),
    *(
        "\u202eliveT\u202c",
        "مرحبا بالعالم",
        "שלום",
        "👩‍👩‍👧‍👦",
        "🛠️",
        "\x00\x07\x1b[31m",
        "\ud800",
        "\n",
        "\r\n",
        " ",
        "\u200b",
    ),
    *('"', "\\", "'", "x" * 10_000, '"' * 10_000, "😀" * 6_000, "<" * 10_000, "\n" * 5_000, "* " * 5_000),
)

texts = st.one_of(
    st.just(""),
    st.text(max_size=200),
    st.lists(st.sampled_from(_PIECES), max_size=6).map("".join),
)
names = st.one_of(st.sampled_from(["same", "none", "details"]), texts)
links = st.builds(
    Link,
    label=texts,
    url=st.one_of(texts, st.sampled_from(["https://jira.example/browse/OPS-1?a=1&b=<2>|x", "javascript:alert(1)"])),
)
actions = st.builds(
    Action,
    name=names,
    label=texts,
    value=texts,
    style=st.sampled_from(Style),
    confirm=st.none() | texts,
)
quotes = st.builds(Quote, text=texts, source=st.none() | texts)
facts = st.builds(Fact, name=texts, value=texts)


def tuples(each: st.SearchStrategy, most: int) -> st.SearchStrategy:
    """Few of them, or very many of one kind."""
    many = st.tuples(each, st.sampled_from([1, most])).map(lambda pair: (pair[0],) * pair[1])
    return st.lists(each, max_size=3).map(tuple) | many


choices = st.builds(
    Choice,
    title=texts,
    text=texts,
    quote=st.none() | quotes,
    link=st.none() | links,
    actions=tuples(actions, 30),
)
messages = st.builds(
    Message,
    title=texts,
    text=texts,
    tone=st.sampled_from(Tone),
    say=st.none() | texts,
    facts=tuples(facts, 60),
    quotes=tuples(quotes, 20),
    choices=tuples(choices, 120),
    link=st.none() | links,
    actions=tuples(actions, 40),
    details=tuples(texts, 40),
)
options = st.integers(0, 300).flatmap(
    lambda count: st.tuples(texts, st.just(count)).map(
        lambda made: tuple(
            Option(label=f"{made[0]}{n}", value=f"{made[0][:160]}{n}", hint=made[0]) for n in range(made[1])
        )
    )
)
inputs = st.builds(
    Input,
    name=st.just(""),
    label=texts,
    kind=st.sampled_from(InputKind),
    value=texts,
    hint=texts,
    required=st.booleans(),
    options=options,
)
forms = st.builds(
    Form,
    name=st.just("report"),
    title=texts,
    submit=texts,
    value=st.text(alphabet="0123456789:", max_size=20),
    inputs=st.lists(inputs, max_size=8).map(
        lambda found: tuple(
            Input(
                name=f"field{place}",
                label=each.label,
                kind=each.kind,
                value=each.value,
                hint=each.hint,
                required=each.required,
                options=each.options,
            )
            for place, each in enumerate(found)
        )
    ),
)
