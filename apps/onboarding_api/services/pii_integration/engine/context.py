"""What the words around a number say about it, in the languages the product speaks."""

from __future__ import annotations

from functools import cache

import regex

# A cue counts when it is the last one before the number: "call about order number 44..." speaks of an order.
_CUES = {
    "PHONE": r"""phones?|tel|telephone|mobile|mob|cell|cellphone|fax|whats ?app|call|calls|dial|ring|
    text|sms|contact|reach|
        landline|helpline|hotline|toll free|area code|land ?line|direct line|phone line|ورقمي|ورقم|وهاتفي|
        my number|his number|her number|their number|
        our number|
        your number|number is|numbers are|sms_sent|msisdn|phone number|contact number|phn|
        mi n[uú]mero|tel[eé]fono|m[oó]vil|celular|ll[aá]m\w*|mon num[eé]ro|t[eé]l[eé]phone|t[eé]l|portable|appel\w*|
        nummer|telefon|handy|rufnummer|anruf\w*|mera number|number hai|phone hai|naam?bar|
        फोन|फ़ोन|मोबाइल|मोबाईल|नंबर|नम्बर|संपर्क|कॉल|व्हाट्सएप|هاتف|هاتفي|رقمي|رقم|جوال|موبايل|اتصل""",
    "SSN": r"ssn|social security(?: no| number)?|social|tax ?id|tin",
    "CARD": r"card|credit|debit|visa|master ?card|amex|american express|rupay|maestro|discover|diners|cvv|tarjeta|"
    r"carte|karte|kreditkarte|कार्ड|بطاقة|full pan",
    "AADHAAR": r"aadh?aa?r|adhar|uidai|uid|आधार",
    "PASSPORT": r"passports?(?: no| number)?|pasaporte|passeport|reisepass|passnummer|पासपोर्ट|جواز",
    "PLATE": r"vehicle|car|bike|truck|van|plate|number plate|licen[cs]e plate|registration|reg no|regn|rc no|"
    r"matr[ií]cula|plaque|immatriculation|kennzeichen|गाड़ी|वाहन|لوحة",
    "DOB": r"dob|d\.o\.b\.?|date of birth|birth ?date|birthday|born(?: on)?|nacimiento|nac[ií]|naissance|n[eé]e? le|"
    r"geboren|geburtsdatum|geburtstag|जन्म|जन्मतिथि|ميلاد",
    "IP": r"ip|ip addr(?:ess)?|server|host|ipv4|ipv6|addr|gateway|peer|client|remote",
    "GPS": r"i live|my home|my house|residence|home location|my location|mera ghar|मेरा घर",
    "NOT": r"""sr\.? ?no|s\. ?no|cert(?:ificate)?|bar ?code|values?|cheque|licen[cs]e no|order|
        orders|po|p\.o|invoice|inv|bill no|bill number|ticket|tracking|awb|sku|ean|isbn|
    issn|upc|gtin|hsn|part|part no|
        model|serial|s/n|batch|lot|meter|meters|metre|reading|readings|reads|read|consumer no|
        consumer number|version|ver|
        v|build|release|firmware|section|clause|chapter|standard|iso|en|din|epoch|timestamp|pid|process|
        line|port|ids?|
        uuid|ref|reference|grid|coordinates|lat|latitude|lon|lng|longitude|elevation|altitude|price|
        priced|total|cost|costs|
        amount|rs|inr|usd|eur|gbp|aed|sum|area|room|floor|floors|plot|survey|khata|permit|case|pages?|
        score|zip|pin|pincode|
        pin code|postcode|postal code|qty|quantity|item|items|code|account|a/c|gst|gstin|roof|cut|
        dimensions?|size|capacity|load|
        asset|tag|equipment|job|work order|task|challan|docket|token no|epic|transaction|txn|utr|hash|
        commit|sha|ratio|scale|
        steps?|pedido|factura|contador|medidor|lectura|precio|commande|facture|compteur|prix|relev[eé]|
        bestellung|rechnung|z[aä]hler\w*|preis|artikel|मीटर|रीडिंग|ऑर्डर|बिल|कीमत|रुपये|عداد|قراءة|طلب|
        فاتورة|السعر""",
}  # fmt: skip
_BARE_NUMBER = r"number|no|num|n[uú]mero|num[eé]ro"

_UNITS = regex.compile(
    r"""\s*+(?:
      (?:kwh|kvah|kvarh|mwh|units?|kw|kva|kvar|w|watts?|v|volts?|a|amps?|ah|mm|cm|m|km|m2|m3|m²|m³|metres?|meters?|ft|feet|foot|
      inch(?:es)?|sq|sqft|sqm|square|cubic|litres?|liters?|l|ltr|kl|ml|gallons?|kg|g|gm|grams?|tons?|tonnes?|tr|bar|psi|rpm|hz|
      degrees?|percent|pcs|pieces?|nos|hours?|hrs?|minutes?|mins?|seconds?|secs?|ms|days?|weeks?|months?|years?|bytes|[kmg]i?b|
      inr|usd|eur|gbp|aed|rupees?|rs|lakhs?|lacs?|crores?|million|thousand|hundred|dollars?|euros?|pounds?|dirhams?|
      steps?|visitors?|people|persons?|employees?|staff|guards?|floors?|cars?|per|each|annual|panels?|in\ order|
      metros?|metro|litros?|euro|m[eè]tres?|litres?|meter|रुपये|यूनिट|मीटर|फुट|लाख|करोड़|درهم|متر|ريال)(?![\p{L}\p{M}\d])
      |[%°₹$€£])""",
    regex.VERBOSE,
)
# What may stand between "order", "meter" and the like and the number they speak of.
_LEADS_ON = regex.compile(
    r"""(?:[\s:=#.,'"()\-/]|(?:is|was|are|were|of|the|at|no|nos|number|numbers|num|id|ids|code|reads|read|shows|showed|about|around|for|
    to|and|by|now|today|reading|field|value|count|es|era|est|ist|war|hai|है|था|de|del|du|der|lue|nr|x|[a-z]?\d[\d.,:/-]*+)
    (?![\p{L}\p{M}]))*+""",
    regex.VERBOSE,
)
_CURRENCY_BEFORE = regex.compile(r"(?:[$€£₹]|\brs\.?|\binr|\busd|\beur)\s?$")


@cache
def _pattern(kind: str) -> regex.Pattern[str]:
    body = regex.sub(r"\s*\n\s*", "", _CUES[kind])
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}\d])(?:{body})(?![\p{{L}}\p{{M}}])")


def last_cue(text: str, kind: str) -> int:
    """Where the last cue of a kind ends in the lower-case `text`, or -1."""
    end = -1
    for match in _pattern(kind).finditer(text):
        end = match.end()
    return end


def cue_ends(text: str, kind: str) -> list[int]:
    """Where the cues of a kind end in the lower-case `text`."""
    return [match.end() for match in _pattern(kind).finditer(text)]


def speaks_of(before: str, kind: str) -> bool:
    """Whether the text before a number announces `kind`, and nothing nearer announces something harmless."""
    cue = last_cue(before, kind)
    return cue >= 0 and cue >= last_cue(before, "NOT")


def is_harmless(before: str, after: str) -> bool:
    """Whether the words around a number say that it counts, measures or numbers a thing."""
    if _UNITS.match(after) or _CURRENCY_BEFORE.search(before) or before.endswith("#"):
        return True
    last = last_cue(before, "NOT")
    return last >= 0 and len(before) - last <= 26 and _LEADS_ON.fullmatch(before, last) is not None
