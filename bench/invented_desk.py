"""Reports of a desk that does not exist, as many as wanted: for measuring speed, never quality.

A failure is a system, something done there, how it fails, and for some a code, a place or a version. Failures come as
in a Pitman-Yor process: few are reported over and over, most once or twice, and new ones never end. Places, codes and
typing mistakes make the vocabulary grow as that of people does. Everything follows from the seed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def _read(table: str) -> tuple[tuple[str, ...], ...]:
    """One thing a line, in the ways people call it."""
    return tuple(tuple(line.strip().split(" / ")) for line in table.strip().splitlines())


SYSTEMS = _read(
    """
    ticket kiosk / self-service kiosk / kiosk
    companion app / phone app / the app
    member portal / account area / members site
    voice menu / phone menu / IVR
    chip terminal / card machine / pin pad
    points wallet / rewards page / bonus wallet
    parcel locker / pickup box / locker
    claims wizard / claims form / online claim
    billing desk / invoice page / bill viewer
    seat planner / seat map / seating chart
    router console / modem page / box settings
    meter upload / meter reading page / usage form
    gate scanner / turnstile / entry gate
    live tracker / tracking map / where is it page
    booking engine / reservation page / booking site
    photo studio / picture uploader / photo page
    prescription line / refill service / repeat order
    course library / lesson player / video lessons
    expense tool / receipt scanner / expenses
    store finder / branch locator / shop search
    gift registry / wish list / gift list
    chat assistant / help bot / chat window
    loan calculator / rate tool / mortgage sums
    fleet board / van planner / driver sheet
    """
)
DEEDS = _read(
    """
    signing in / login / getting in
    paying / taking payment / checkout
    resetting the password / password reset / new password
    uploading a document / adding a file / upload
    printing the label / label print / getting a label
    changing the address / moving house update / address edit
    cancelling an order / order cancellation / stopping the order
    redeeming a voucher / voucher use / coupon
    downloading the statement / statement pdf / fetching statements
    adding a passenger / second traveller / extra person
    choosing a slot / slot pick / time selection
    confirming by text message / sms confirmation / the one time code
    linking a bank account / bank link / connecting the bank
    scanning the barcode / barcode scan / reading the code
    searching by postcode / postcode lookup / finding by postcode
    activating the sim / sim activation / switching on the sim
    renewing the plan / plan renewal / extending the contract
    booking a visit / appointment booking / engineer visit
    """
)
FAILINGS = _read(
    """
    shows a blank page / goes all white / nothing on screen
    times out / takes forever and gives up / spins and stops
    says session expired / throws them out / logs off midway
    freezes / hangs / gets stuck
    charges twice / double charge / money taken two times
    is greyed out / button does nothing / cannot be pressed
    loops back to the start / returns to step one / starts over again
    sends no confirmation / no mail arrives / nothing comes back
    shows somebody else's details / wrong person's data / another customer shown
    crashes / closes by itself / shuts down
    rejects the right number / says number invalid / will not accept it
    shows old figures / not updated since yesterday / stale data
    comes out in another language / text is foreign / wrong language
    cuts the call / line drops / hangs up on them
    """
)
OPENERS = (
    *("", "", "", "cust says", "caller reports", "client can't get on with it:", "again", "third one today", "says"),
    *("urgent", "customer upset,", "member states", "on hold 20 min,", "tried twice,"),
)
ENDINGS = (
    *("", "", "", "", "pls check", "since this morning", "on ipad", "on android", "after the update"),
    *("other browser same", "wants callback"),
)
SYLLABLES = (
    *("bra", "kel", "mor", "tin", "wal", "dor", "fen", "lis", "gar", "stow"),
    *("ham", "ley", "ford", "ing", "wick", "ton", "burn", "sel", "nor", "ash"),
)
_PREFIXES = ("ERR", "E", "KX", "PAY", "APP")
_PATTERNS = (
    "{system} {failing} when {deed}",
    "{deed} in {system} {failing}",
    "{failing} - {system}, {deed}",
    "{system}: {deed} {failing}",
    "{deed} {failing}",
    "{system} broken, {failing} at {deed}",
)

_DISCOUNT, _STRENGTH = 0.75, 30.0
_START = datetime(2024, 11, 1, tzinfo=UTC)
_SPAN = timedelta(days=600)
_NAMES_A_SERVICE, _NAMES_A_DETAIL, _MISTYPES = 0.5, 0.7, 0.18
_HAS_A_PLACE, _HAS_A_CODE, _HAS_A_VERSION = 0.45, 0.3, 0.15


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """What is broken, and what those who report it may name."""

    system: tuple[str, ...]
    deed: tuple[str, ...]
    failing: tuple[str, ...]
    code: str | None
    place: str | None
    version: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Invented:
    """One report: its failure by number, from 0 in the order of first reports."""

    text: str
    failure: int
    service: str | None
    reported_at: datetime


def invent(many: int, seed: int = 7) -> Iterator[Invented]:
    """So many reports, oldest first. Those of fewer are how those of more begin, but for their times."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    failures: list[Failure] = []
    sizes: list[int] = []
    history: list[int] = []
    for number in range(many):
        failure = _pick(chance, history, sizes)
        if failure == len(failures):
            failures.append(_new_failure(chance))
            sizes.append(0)
        sizes[failure] += 1
        history.append(failure)
        known = failures[failure]
        yield Invented(
            text=_word(chance, known),
            failure=failure,
            service=known.system[0].title() if chance.random() < _NAMES_A_SERVICE else None,
            reported_at=_START + _SPAN * (number / many),
        )


def _pick(chance: random.Random, history: list[int], sizes: list[int]) -> int:
    """A failure reported before, by how often it was, less a discount; or a new one."""
    fresh = _STRENGTH + _DISCOUNT * len(sizes)
    if chance.random() * (_STRENGTH + len(history)) < fresh:
        return len(sizes)
    while True:
        failure = chance.choice(history)
        if chance.random() * sizes[failure] > _DISCOUNT:
            return failure


def _new_failure(chance: random.Random) -> Failure:
    place = "".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 3)))) if chance.random() < _HAS_A_PLACE else None
    code = f"{chance.choice(_PREFIXES)}-{chance.randrange(1000, 9999)}"
    return Failure(
        system=chance.choice(SYSTEMS),
        deed=chance.choice(DEEDS),
        failing=chance.choice(FAILINGS),
        code=code if chance.random() < _HAS_A_CODE else None,
        place=place,
        version=f"{chance.randrange(1, 9)}.{chance.randrange(20)}" if chance.random() < _HAS_A_VERSION else None,
    )


def _word(chance: random.Random, failure: Failure) -> str:
    system, deed, failing = (chance.choice(each) for each in (failure.system, failure.deed, failure.failing))
    core = chance.choice(_PATTERNS).format(system=system, deed=deed, failing=failing)
    parts = [chance.choice(OPENERS), core]
    for detail, form in ((failure.code, "error {}"), (failure.place, "at {}"), (failure.version, "v{}")):
        if detail is not None and chance.random() < _NAMES_A_DETAIL:
            parts.append(form.format(detail))
    parts.append(chance.choice(ENDINGS))
    text = " ".join(part for part in parts if part)
    return _mistype(chance, text) if chance.random() < _MISTYPES else text


def _mistype(chance: random.Random, text: str) -> str:
    """A letter left out, typed twice, or in its neighbour's place."""
    at = chance.randrange(1, len(text) - 2)
    left, here, then, right = text[:at], text[at], text[at + 1], text[at + 2 :]
    return chance.choice((f"{left}{then}{right}", f"{left}{here}{here}{then}{right}", f"{left}{then}{here}{right}"))
