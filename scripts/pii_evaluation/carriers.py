"""Sentences that carry a disguised value: `{}` is its place. Kinds that a shape alone does not give away have a cue."""

from __future__ import annotations

CARRIERS: dict[str, dict[str, tuple[str, ...]]] = {
    "EMAIL": {
        "en": (
            "my email is {} thanks",
            "send the report to {} by noon",
            "you can write to {} about the lift",
        ),
        "hi": ("मेरा ईमेल {} है",),
        "hi-latn": ("mera email {} hai",),
        "es": ("mi correo es {} gracias",),
        "fr": ("mon adresse mail est {} merci",),
        "de": ("meine E-Mail ist {} danke",),
        "ar": ("بريدي الإلكتروني {} شكرا",),
    },
    "PHONE": {
        "en": (
            "my number is {} thanks",
            "please call {} if the alarm rings",
            "phone: {}",
            "text me on {} tonight",
        ),
        "hi": ("मेरा फोन नंबर {} है",),
        "hi-latn": ("mera phone number {} hai",),
        "es": ("mi teléfono es {} gracias",),
        "fr": ("mon téléphone est le {} merci",),
        "de": ("meine Telefonnummer ist {} danke",),
        "ar": ("رقم هاتفي {} شكرا",),
    },
    "SSN": {
        "en": ("my social security number is {} for payroll", "ssn {}", "his SSN: {} as on the form"),
    },
    "CARD": {
        "en": ("charge the card {} please", "my card number is {} thanks", "visa or amex {} on file"),
        "hi": ("मेरा कार्ड नंबर {} है",),
        "hi-latn": ("mera card number {} hai",),
        "es": ("mi tarjeta es {} gracias",),
        "fr": ("ma carte est {} merci",),
        "de": ("meine Karte ist {} danke",),
        "ar": ("رقم البطاقة {} شكرا",),
    },
    "IP": {
        "en": (
            "the recorder connects from {} at night",
            "ip address {} was blocked",
            "server {} does not answer",
        ),
        "es": ("la dirección ip {} no responde",),
        "de": ("die ip {} antwortet nicht",),
        "fr": ("l'adresse ip {} ne répond pas",),
    },
    "IPV6": {"en": ("the gateway has {} now", "ip address {} was blocked", "client {} logged in")},
    "IBAN": {
        "en": ("transfer it to IBAN {} please", "my iban is {} thanks"),
        "es": ("transferir al iban {} por favor",),
        "fr": ("virement sur l'iban {} merci",),
        "de": ("bitte auf die IBAN {} überweisen",),
    },
    "AADHAAR": {
        "en": ("my aadhaar number is {} for the badge", "aadhaar {}"),
        "hi": ("मेरा आधार नंबर {} है",),
        "hi-latn": ("mera aadhaar number {} hai",),
    },
    "PAN": {
        "en": ("my pan is {} for the invoice", "PAN number {} as told"),
        "hi": ("मेरा पैन नंबर {} है",),
        "hi-latn": ("mera pan number {} hai",),
    },
    "PASSPORT": {
        "en": ("my passport number is {} for the visit", "passport {} was shown"),
        "es": ("mi pasaporte es {} gracias",),
        "fr": ("mon passeport est {} merci",),
        "de": ("mein Reisepass ist {} danke",),
        "hi": ("मेरा पासपोर्ट नंबर {} है",),
    },
    "LICENCE": {
        "en": ("my driving licence number is {} for the van", "driver's license {} was shown"),
        "es": ("mi permiso de conducir es {} gracias",),
        "fr": ("mon permis de conduire est {} merci",),
        "de": ("mein Führerschein ist {} danke",),
    },
    "PLATE": {
        "en": ("my car plate is {} in the yard", "vehicle number {} at the gate"),
        "hi": ("मेरी गाड़ी नंबर {} है",),
        "hi-latn": ("meri gaadi number {} hai",),
    },
    "GPS": {"en": ("I live at {} near the lake", "my home location is {} on the map")},
    "DOB": {
        "en": ("I was born on {} in Leeds", "date of birth {}", "dob: {}"),
        "es": ("nací el {} en Bilbao",),
        "fr": ("je suis né le {} à Lille",),
        "de": ("Geburtsdatum {}",),
    },
    "URL": {"en": ("the stream is {} for the guard", "open {} and log in")},
    "SECRET": {"en": ("the token is {} for now", "api key: {}", "I put {} in the notes")},
}
