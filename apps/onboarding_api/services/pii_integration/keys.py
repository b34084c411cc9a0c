"""The strict policy over JSON: dead letters, task arguments, error reports. The names of fields count too."""

from __future__ import annotations

from typing import Any

from apps.onboarding_api.services.pii_integration.strict import scrub

_SENSITIVE = {
    "EMAIL": "email mail emailaddress useremail contactemail to recipient sender replyto",
    "PHONE": "phone phonenumber mobile mobilenumber tel telephone whatsapp fax contactnumber contactphone msisdn cell",
    "NAME": "fullname firstname lastname middlename givenname familyname surname contactname customername ownername "
    "guardname managername personname displayname nickname fathername mothername username maidenname",
    "ADDRESS": "homeaddress permanentaddress residentialaddress streetaddress postaladdress",
    "SECRET": "password passwd passphrase pwd secret token accesstoken refreshtoken authtoken apikey authorization "
    "cookie setcookie sessionkey csrftoken clientsecret privatekey otp pincode cvv cvc credentials access refresh "
    "xapikey proxyauthorization signature",
    "SSN": "ssn socialsecuritynumber",
    "AADHAAR": "aadhaar aadhar aadhaarnumber uidai",
    "PAN": "pan pannumber",
    "PASSPORT": "passport passportnumber passportno",
    "CARD": "card cardnumber creditcard creditcardnumber",
    "DOB": "dob dateofbirth birthdate birthday",
    "IP": "ip ipaddress remoteaddr clientip xforwardedfor xrealip",
    "IBAN": "iban accountnumber bankaccount",
    "PLATE": "licenseplate licenceplate numberplate vehiclenumber vehicleregistration registrationplate plate",
    "LICENCE": "drivinglicence drivinglicense driverslicence driverslicense driverlicence driverlicense dlnumber "
    "drivinglicencenumber drivinglicensenumber driverslicensenumber licencenumber licensenumber licenceno licenseno",
    "IDENTITY": "nationalid nationalidnumber nationalidentity nationalinsurance nationalinsurancenumber nino nhsnumber "
    "emiratesid voterid idcard idcardnumber identitynumber identitycard identitydocument dni nie nif taxid "
    "taxnumber steuerid personalausweis epicnumber",
    "GPS": "homelocation homecoordinates homegps",
}
_KIND_OF_KEY = {key: kind for kind, keys in _SENSITIVE.items() for key in keys.split()}
_PERSONS_COMPANY = frozenset(
    {"phone", "mobile", "email", "role", "dob", "designation", "relation", "phonenumber"}
)
_DEEPEST = 50


def kind_of_key(key: str) -> str | None:
    """The kind of value that always stands under this name, or None."""
    plain = "".join(character for character in key.lower() if character.isalnum())
    kind = _KIND_OF_KEY.get(plain)
    if kind is None and plain.endswith(("password", "secret", "apikey", "accesstoken", "privatekey")):
        return "SECRET"
    return kind


def scrub_json(value: Any, _depth: int = 0) -> Any:
    """A copy with every leaf scrubbed. Under a sensitive name everything goes, whatever it is; `name` goes where
    the names beside it tell of a person. Tuples become lists; what is no JSON becomes its scrubbed text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, int | float):
        plain = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        return value if scrub(plain) == plain else scrub(plain)
    if _depth >= _DEEPEST:
        return scrub(str(value)[:10_000])
    if isinstance(value, dict):
        beside = {str(key).lower().replace("_", "") for key in value}
        return {scrub(str(key)): _scrub_under(str(key), one, beside, _depth) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub_json(one, _depth + 1) for one in value]
    return scrub(str(value))


def _scrub_under(key: str, value: Any, beside: set[str], depth: int) -> Any:
    kind = kind_of_key(key)
    if kind is None and key.lower() == "name" and not beside.isdisjoint(_PERSONS_COMPANY):
        kind = "NAME"
    if kind is None or value is None or isinstance(value, bool) or value in ("", [], {}):
        return scrub_json(value, depth + 1)
    if isinstance(value, str) and value.startswith("[REDACTED"):
        return scrub(value)
    return f"[REDACTED_{kind}]"
