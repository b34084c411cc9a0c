"""IP addresses, and URLs that carry a user name and password."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache

import regex

from apps.onboarding_api.services.pii_integration.engine import packs
from apps.onboarding_api.services.pii_integration.engine.context import counts, last_cue, speaks_of
from apps.onboarding_api.services.pii_integration.engine.patterns import AnyOf, lazily
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_V4 = re.compile(r"[0-9](?<![\w.].)[0-9]{0,2}\.(?:[0-9]{1,3}\.){2}[0-9]{1,3}(?!\w|\.[0-9])")
_V4_SCANNED = lazily(r"(?<![\p{L}\p{N}_.])(?:[\dlIoO|]{1,3}\s?\.\s?){3}[\dlIoO|]{1,3}(?![\p{L}\p{N}_])")
_V4_SPACED = lazily(r"(?<![\p{L}\p{N}_.])\d{1,3}(?:[ ]?\.[ ]?\d{1,3}){3}(?![\p{L}\p{N}_]|\.\d)")
_V6 = lazily(r"(?<![\p{L}\p{N}_:.])[0-9a-fA-F:]{2,39}+(?:\d{0,3}(?:\.\d{1,3}){3})?(?:%[\w.\-]{1,16})?")
_CREDENTIALS = lazily(r"(?<=\w://)[^\s/?#@\"'<>]{0,256}:[^\s/?#\"'<>]{0,256}@[^\s/:?#\"'<>]{1,255}")
_LOGIN = lazily(
    r"(?<![\w.@/:\-])[\w.\-]{1,32}+:(?!//)[^\s/@:\"'<>]{3,64}@[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w.])"
)
_HAS_V4 = re.compile(r"\.(?:(?<=[0-9lIoO|].)|(?<=[0-9lIoO|]\s.))\s?[0-9lIoO|]{1,3}\s?\.\s?[0-9lIoO|]")
_LARGEST_OF_VERSIONS, _FEWEST_SEEN = 50, 3
_CODE_LEFT = lazily(r"[\p{L}\d]-$")
_SOFTWARE = lazily(
    r"(?<![\p{L}])(?:versi[oó]ns?|firmware|fw|releases?|builds?|software|drivers?|kernel|revision|edition|logiciel|apps?|plugins?"
    r"|packages?|paquete|paquet|paket|libraries|library|sdk|bios|patch|hotfix|up(?:date|grade)[ds]?|(?:un)?install(?:ed|iert|ado)?"
    r"|installé|chrome|firefox|safari|edge|windows|android|ios|macos|linux|ubuntu|debian|संस्करण|إصدار|الإصدار)(?![\p{L}])"
)
"""Words of software alone: near one of these, larger numbers are a version too."""
_NUMBERED = lazily(
    r"(?<![\p{L}])(?:tables?|tabla|tableau|tabelle|drawings?|drg|plano|plan|zeichnung|annex(?:ure)?|anexo|annexe|anhang|appendix"
    r"|items?|lines?|position|clauses?|sections?|chapters?|para(?:graph)?s?|fig(?:ure)?s?|steps?|tasks?|rules?|articles?|boq"
    r"|sheets?|schedules?|wbs|oid|iso|iec|din|bs|nfpa|ashrae|kapitel|abschnitt|ziffer|norma?e?)\s(?:no\.?\s|nr\.?\s"
    r"|number\s|\d{2,5}\s|(?:\d{1,3}\.){3}\d{1,3}\s(?:and|to|y|et|und)\s)?$"
)
"""Right before a number with dots: it numbers a clause, a drawing or a line of a table."""
_SPEAKS_OF_NETWORK = lazily(
    r"(?<![\p{L}])(?:subnet|network|range|vlan|netz|netzwerk|subnetz|subred|red|rango|réseau|sous-réseau|plage)\W{1,3}[\d.]+$"
)
_OF_NETWORK = re.compile(r"/(?P<bits>[0-9]{1,3})(?![0-9])")
_MASKS = ("255.", "0.")
"""Netmasks, and masks turned round."""
_PRIVATE = ("10.", "172.", "192.")
_REACHES = lazily(
    r"(?<![a-z])(?:ip|ping|ssh|peer|addr|address|host|client|remote)\W{1,3}$|(?:://|[@=])$"
    r"|(?:log(?:in|ged)|connect|request|access|traffic|attack|block|attempt|scan|received|conexión|acceso|connexion|accès"
    r"|anmeldung|zugriff|verbindung)[^\n]{0,24}(?<![a-z])(?:from|at|by|for|desde|de|depuis|von|aus)\W{1,2}$"
)
"""Before four small numbers: somebody's machine, no version."""
_HAS_SCANNED = re.compile(r"(?:[0-9lIoO|]\s?\.\s?[0-9lIoO|]{1,3}\s?\.\s?[0-9lIoO|]{1,3}\s?\.\s?[0-9lIoO|])")
_HAS_SPACED = re.compile(r"[0-9] ?\. ?[0-9]{1,3} ?\. ?[0-9]{1,3} ?\. ?[0-9]")
_HAS_V6 = re.compile(r":(?::|(?<=[0-9a-fA-F].)[0-9a-fA-F]{1,4}:[0-9a-fA-F])")
_TO_DIGIT = str.maketrans("lIoO|", "11001")
_VERSION = lazily(
    r"(?:(?<![a-z])(?:version|ver|release|build|firmware|section|clause|chapter|standard|rev|revision|software|"
    r"upgrade|upgraded|update|updated|edition|driver|patch|kernel|article|paragraph)(?![a-z]).{0,24}|(?<![a-z])v|§)\.?\s*$"
)


def _is_personal(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Loopback, unspecified, netmasks and addresses of groups tell nothing of anybody."""
    if address.is_loopback or address.is_unspecified or address.is_multicast:
        return False
    return not (isinstance(address, ipaddress.IPv4Address) and str(address).startswith(_MASKS))


def _is_network(scene: Scene, end: int, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """ "10.20.0.0/16": all of a network, not a host of it ("10.20.0.7/16")."""
    if address.version == 4 and int(address) % 256 == 0 and _SPEAKS_OF_NETWORK.search(scene.before(end, 80)):
        return True
    bits = _OF_NETWORK.match(scene.text, end)
    if bits is None or int(bits["bits"]) >= address.max_prefixlen:
        return False
    return int(address) % (1 << (address.max_prefixlen - int(bits["bits"]))) == 0


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def addresses(scene: Scene) -> Iterator[Span]:
    """IP spans, version 4 (also as scanned, next to a cue) and 6 (with zone)."""
    if scene.text.count(".") >= 3 and _HAS_V4.search(scene.text):
        yield from _version_4(scene)
    if scene.text.count(":") >= 2 and _HAS_V6.search(scene.text):
        yield from _version_6(scene)


def _version_4(scene: Scene) -> Iterator[Span]:
    for match in _V4.finditer(scene.text):
        address = _parsed(".".join(str(int(part)) for part in match.group().split(".")))
        before = scene.before(match.start())
        if address is None or not _is_personal(address) or _VERSION.search(before):
            continue
        if scene.policy == "balanced" and (
            _may_be_version(scene, match)
            or _CODE_LEFT.search(before[-3:])
            or _is_network(scene, match.end(), address)
        ):
            continue
        yield Span(match.start(), match.end(), "IP", 0.85, "ip.v4")
    if (". " in scene.text or " ." in scene.text) and _HAS_SPACED.search(scene.text):
        yield from _version_4_spaced(scene)
    if "IP" not in scene.cues or not _HAS_SCANNED.search(scene.text):
        return
    for match in _V4_SCANNED.finditer(scene.text):
        seen = sum(character.isdigit() for character in match.group())
        if seen < _FEWEST_SEEN or not regex.search(r"[lIoO|]", match.group()):
            continue
        address = _parsed(regex.sub(r"\s", "", match.group()).translate(_TO_DIGIT))
        if address is not None and speaks_of(scene, match.start(), "IP"):
            yield Span(match.start(), match.end(), "IP", 0.7, "ip.scanned")


def _may_be_version(scene: Scene, match: re.Match[str]) -> bool:
    """Four small numbers where a word of software stands near, or where nothing speaks of a network."""
    if speaks_of(scene, match.start(), "IP"):
        between = scene.lower[last_cue(scene, match.start(), "IP") : match.start()]
        return bool(_SOFTWARE.search(between)) or _versions().is_in(between)
    if _NUMBERED.search(scene.before(match.start())) or counts(scene, match.end()):
        return True
    if max(map(int, match.group().split("."))) > _LARGEST_OF_VERSIONS:
        return not match.group().startswith(_PRIVATE) and bool(
            _SOFTWARE.search(scene.before(match.start())) or _SOFTWARE.search(scene.after(match.end()))
        )
    near = scene.lower[max(0, match.start() - 60) : match.end() + 30]
    if _versions().is_in(near):
        return True
    return not match.group().startswith(_PRIVATE) and not _REACHES.search(scene.before(match.start()))


@lru_cache(maxsize=1)
def _versions() -> AnyOf:
    return AnyOf(packs.all_words("versions"))


def _version_4_spaced(scene: Scene) -> Iterator[Span]:
    """ "10 . 159 . 153 . 43", where it cannot be a numbered list: next to a cue, or with a number over 99."""
    for match in _V4_SPACED.finditer(scene.text):
        parts = [int(part) for part in match.group().split(".")]
        address = _parsed(".".join(map(str, parts)))
        if address is None or not _is_personal(address) or _VERSION.search(scene.before(match.start())):
            continue
        if (
            max(parts) > 99
            or (min(parts) > 9 and parts != sorted(parts))
            or speaks_of(scene, match.start(), "IP")
        ):
            yield Span(match.start(), match.end(), "IP", 0.8, "ip.spaced")


def _version_6(scene: Scene) -> Iterator[Span]:
    for match in _V6.finditer(scene.text):
        text = match.group()
        if text.count(":") < 2 or not any(character.isdigit() for character in text):
            continue
        end = match.end()
        if text.endswith(":") and not text.endswith("::"):
            text, end = text[:-1], end - 1
        if end < len(scene.text) and scene.text[end].isalnum():
            continue
        address = _parsed(text)
        if address is None or not _is_personal(address):
            continue
        if scene.policy == "balanced" and _is_network(scene, end, address):
            continue
        if text.count(":") > 2 or len(text) > 7:
            yield Span(match.start(), end, "IP", 0.85, "ip.v6")


def credentials(scene: Scene) -> Iterator[Span]:
    """URL spans over `user:password@host`; scheme, port and path stay readable."""
    if "@" in scene.text and ":" in scene.text:
        for match in _LOGIN.finditer(scene.text):
            yield Span(match.start(), match.end(), "URL", 0.98, "url.login")
    if "://" in scene.text:
        for match in _CREDENTIALS.finditer(scene.text):
            yield Span(match.start(), match.end(), "URL", 0.98, "url.credentials")
