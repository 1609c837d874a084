"""Is everything set up? Each finding is a sentence that says what to do if it is not."""

from bot.bootstrap import Product, opened
from bot.catalogue import DEFAULT_DESK
from bot.errors import SettingsError
from bot.findings import Finding
from bot.settings import Settings
from bot.tuning import is_stale
from dedupe.engine import MatchingEngine
from dedupe.precision import share_for


async def examine(settings: Settings) -> list[Finding]:
    """Check settings, database, desks, matching, tracker, Slack, outbound work and doors."""
    findings = [Finding(check="settings", ok=True, finding="read")]
    try:
        async with opened(settings) as product:
            findings += [
                Finding(check="database", ok=True, finding=f"{product.database}, its tables are up to date"),
                _desks(product),
                _matching(product),
                _thresholds(product),
                await _weights(product),
                *await product.examine_tracker(),
                *await product.examine_chat(),
                await _parked(product),
                _doors(settings),
            ]
    except SettingsError as error:
        findings.append(Finding(check="start", ok=False, finding=str(error)))
    return findings


def _desks(product: Product) -> Finding:
    names = ", ".join(f"{desk.name} ({desk.zone.key})" for desk in product.desks.configured)
    triagers = any(desk.roles for desk in product.desks.configured)
    hint = "" if triagers else "; no triagers are named, so in the web chat people pick their role"
    return Finding(check="desks", ok=True, finding=names + hint)


def _matching(product: Product) -> Finding:
    model, folder = product.indexes.model, product.settings.model
    if model is None:
        return Finding(check="matching", ok=True, finding="by words only, since TECHISSUE_MODEL=off")
    where = f"the model in {folder}" if folder else "the model that comes with techissue"
    return Finding(check="matching", ok=True, finding=f"by words and by meaning, read by {where} ({model.digest[:12]})")


def _thresholds(product: Product) -> Finding:
    """What each desk joins and asks from, and about what that means."""
    found = [f"{desk.name}: {_said(product.indexes.fresh(desk))}" for desk in product.desks.configured]
    hint = "" if product.indexes.model else " (as measured by meaning; by words only, somewhat fewer joins are right)"
    return Finding(check="thresholds", ok=True, finding="; ".join(found) + hint)


def _said(engine: MatchingEngine) -> str:
    holds, shipped = engine.thresholds, engine.shipped
    right, asked = share_for(holds.same, shipped.same_at), share_for(holds.ask, shipped.ask_at)
    joins = f"joins from {holds.same:.0%} on" + (f" (about {right:.0%} of such joins are right)" if right else "")
    return f"{joins}, asks from {holds.ask:.0%} on" + (f" (about {asked:.0%} of new failures)" if asked else "")


async def _weights(product: Product) -> Finding:
    """Which weights each desk judges by."""
    async with product.open_work(read_only=True) as work:
        own = {each.desk: each for each in await work.tunings.all()}
    shipped = product.indexes.fresh(product.desks.named(DEFAULT_DESK)).shipped
    stale = {name for name, tuning in own.items() if is_stale(tuning, shipped, product.indexes)}
    said = []
    for name in dict.fromkeys([*(desk.name for desk in product.desks.configured), *own]):
        if name in stale:
            mend = f"learn them anew with `techissue tune --desk {name}`, or give them up with --reset"
            said.append(f"{name}: as shipped, since its own are of other weights or another model: {mend}")
        elif name in own:
            said.append(f"{name}: its own, learned from {own[name].decisions} decisions by {own[name].at:%Y-%m-%d}")
        else:
            said.append(f"{name}: as shipped")
    return Finding(check="weights", ok=not stale, finding=f"{'; '.join(said)} (shipped: {shipped.digest[:12]})")


async def _parked(product: Product) -> Finding:
    async with product.open_work(read_only=True) as work:
        parked = await work.outbox.listing(parked_only=True, limit=1000)
    if not parked:
        return Finding(check="outbound work", ok=True, finding="nothing is parked")
    sentence = f"{len(parked)} parked; see why with `techissue outbox`, mend the cause, then retry"
    return Finding(check="outbound work", ok=False, finding=sentence)


def _doors(settings: Settings) -> Finding:
    chat = settings.serves_web_chat(has_real_platform=settings.slack_bot_token is not None)
    where = settings.address if chat else "off"
    if chat and not settings.is_loopback_only:
        sentence = f"web chat at {where} is open to other machines, and anybody there can pick any name and role"
        return Finding(check="doors", ok=False, finding=f"{sentence}; set TECHISSUE_WEB_CHAT=off or keep to loopback")
    return Finding(check="doors", ok=True, finding=f"web chat: {where}")
