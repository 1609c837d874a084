"""Any message and form there can be, for properties."""

from hypothesis import strategies as st

from bot.messages import Action, Choice, Fact, Form, Input, InputKind, Link, Message, Option, Quote, Style, Tone

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea></button><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "' onclick='alert(1)",
    "&lt;b&gt; & < >",
    "\x00\x1b[31m\u202eevil",
)
texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=80))
urls = st.one_of(
    st.sampled_from(("javascript:alert(1)", "https://jira.example/browse/OPS-88", "/board/TI-1", "//evil.example", "")),
    st.text(max_size=30),
)
actions = st.lists(
    st.builds(Action, name=texts, label=texts, value=texts, style=st.sampled_from(Style), confirm=st.none() | texts),
    max_size=3,
).map(tuple)
links = st.none() | st.builds(Link, label=texts, url=urls)
quotes = st.builds(Quote, text=texts, source=st.none() | texts)
choices = st.builds(Choice, title=texts, text=texts, quote=st.none() | quotes, link=links, actions=actions)
messages = st.builds(
    Message,
    title=texts,
    text=texts,
    tone=st.sampled_from(Tone),
    say=st.none() | texts,
    facts=st.lists(st.builds(Fact, name=texts, value=texts), max_size=3).map(tuple),
    quotes=st.lists(quotes, max_size=2).map(tuple),
    choices=st.lists(choices, max_size=2).map(tuple),
    link=links,
    actions=actions,
    details=st.lists(texts, max_size=3).map(tuple),
)
inputs = st.builds(
    Input,
    name=texts,
    label=texts,
    kind=st.sampled_from(InputKind),
    value=texts,
    hint=texts,
    required=st.booleans(),
    options=st.lists(st.builds(Option, label=texts, value=texts), max_size=3).map(tuple),
)
forms = st.builds(
    Form, name=texts, title=texts, submit=texts, value=texts, inputs=st.lists(inputs, max_size=4).map(tuple)
)
