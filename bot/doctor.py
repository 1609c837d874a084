"""Is everything set up? Each finding is a sentence that says what to do if it is not."""

from bot.bootstrap import Product, opened
from bot.errors import SettingsError
from bot.findings import Finding
from bot.settings import Settings


async def examine(settings: Settings) -> list[Finding]:
    """Check settings, database, desks, matching, tracker, outbound work and doors."""
    findings = [Finding(check="settings", ok=True, finding="read")]
    try:
        async with opened(settings) as product:
            findings += [
                Finding(check="database", ok=True, finding=f"{product.database}, its tables are up to date"),
                _desks(product),
                _matching(product),
                *await product.examine_tracker(),
                await _parked(product),
                _doors(settings),
            ]
    except SettingsError as error:
        findings.append(Finding(check="database", ok=False, finding=str(error)))
    return findings


def _desks(product: Product) -> Finding:
    names = ", ".join(f"{desk.name} ({desk.zone.key})" for desk in product.desks.configured)
    triagers = any(desk.roles for desk in product.desks.configured)
    hint = "" if triagers else "; no triagers are named, so in the web chat people pick their role"
    return Finding(check="desks", ok=True, finding=names + hint)


def _matching(product: Product) -> Finding:
    reports = ", ".join(f"{name}: {count} reports" for name, count in product.indexes.sizes().items())
    return Finding(check="matching", ok=True, finding=f"by words{'; ' if reports else ''}{reports}")


async def _parked(product: Product) -> Finding:
    async with product.open_work(read_only=True) as work:
        parked = await work.outbox.listing(parked_only=True, limit=1000)
    if not parked:
        return Finding(check="outbound work", ok=True, finding="nothing is parked")
    sentence = f"{len(parked)} parked; see why with `techissue outbox`, mend the cause, then retry"
    return Finding(check="outbound work", ok=False, finding=sentence)


def _doors(settings: Settings) -> Finding:
    chat = settings.serves_web_chat(has_real_platform=False)
    where = settings.address if chat else "off"
    if chat and not settings.is_loopback_only:
        sentence = f"web chat at {where} is open to other machines, and anybody there can pick any name and role"
        return Finding(check="doors", ok=False, finding=f"{sentence}; set TECHISSUE_WEB_CHAT=off or keep to loopback")
    return Finding(check="doors", ok=True, finding=f"web chat: {where}")
