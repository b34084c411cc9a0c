"""Sentences that carry a value, as people say them when they tell of a site."""

from __future__ import annotations

from scripts.pii_canaries.values import Aviary, Canary

_SENTENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "NAME": ("please ask for {} at the gate", "my name is {}", "the guard on duty is {}", "report to Mr. {}"),
        "EMAIL": ("write to {} about it", "mail me at {}", "send the plan to {} please"),
        "PHONE": ("call {} after nine", "my number is {}", "the gate can be reached on {}"),
    },
    "hi": {
        "NAME": ("मेरा नाम {} है", "गेट पर श्री {} से मिलिए", "गार्ड का नाम {} है"),
        "EMAIL": ("मेरा ईमेल {} है", "{} पर ईमेल भेजिए"),
        "PHONE": ("मेरा नंबर {} है", "{} पर फ़ोन कीजिए"),
    },
    "hi-latn": {
        "NAME": ("mera naam {} hai", "gate par {} ji se miliye", "guard ka naam {} hai"),
        "EMAIL": ("mera email {} hai", "{} par mail bhejiye"),
        "PHONE": ("mera number {} hai", "{} par call kijiye"),
    },
    "es": {
        "NAME": ("me llamo {}", "pregunte por el señor {}", "el guardia se llama {}"),
        "EMAIL": ("mi correo es {}", "escriba a {}"),
        "PHONE": ("mi teléfono es {}", "llame al {}"),
    },
    "fr": {
        "NAME": ("je m'appelle {}", "demandez monsieur {}", "le gardien s'appelle {}"),
        "EMAIL": ("mon adresse est {}", "écrivez à {}"),
        "PHONE": ("mon numéro est le {}", "appelez le {}"),
    },
    "de": {
        "NAME": ("mein Name ist {}", "fragen Sie nach Herrn {}", "der Wachmann heißt {}"),
        "EMAIL": ("meine E-Mail ist {}", "schreiben Sie an {}"),
        "PHONE": ("meine Nummer ist {}", "rufen Sie {} an"),
    },
    "ar": {
        "NAME": ("اسمي {}", "اسأل عن السيد {}", "اسم الحارس {}"),
        "EMAIL": ("بريدي الإلكتروني {}", "اكتب إلى {}"),
        "PHONE": ("رقمي {}", "اتصل على {}"),
    },
}  # fmt: skip


def sentence(canary: Canary, aviary: Aviary) -> str:
    return aviary.choose(_SENTENCES[canary.language][canary.kind]).format(canary.value)


def sentences(canaries: list[Canary], aviary: Aviary) -> str:
    return ". ".join(sentence(one, aviary) for one in canaries) + "."


def words() -> set[str]:
    """The words of all sentences: where they are found again, nothing is proven."""
    return {
        word.casefold()
        for kinds in _SENTENCES.values()
        for texts in kinds.values()
        for text in texts
        for word in text.split()
    }
