"""Words that name fields. A key made of these says what stands under it and never who."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine.lexicon import word_set

KEY_WORDS = word_set(
    """id ids uuid pk key keys value values type kind name names code codes label labels title text texts body content
    message messages data payload result results error errors status state states step steps stage stages task tasks
    session sessions client clients user users conversation turn turns question questions answer answers input inputs
    output context options option params args kwargs config settings language locale country currency unit units flow
    flows version versions revision slot slots field fields choice choices date dates time times at day days week month
    year hour hours minute minutes second seconds ms start end started ended from to since until created updated
    finished due expires first last next previous count counts total size bytes width height length limit offset page
    number index order position rank score confidence weight ratio rate percent min max avg sum file files path url
    upload uploads photo photos image images audio voice video document documents media mime site sites unit business
    shift shifts post posts checkpoint checkpoints asset assets meter meters reading readings contact contacts area
    areas zone zones gate gates floor floors room rooms guard guards staff role roles team teams schedule address
    latitude longitude lat lon lng gps email phone mobile password token secret api full given family surname middle
    username birth dob age gender pin otp pan aadhaar card iban account ip entry entries item items list row rows line
    lines group groups parent child children source target old new before after is has are was with without of in on
    by for and or not any all only enabled active required optional valid default reason note notes comment tags tag
    meta metadata info details detail extra request response method headers query filter filters sort cursor
    idempotency correlation trace attempt attempts retry retries delay timeout priority queue recommendation
    recommendations proposal change changes set event events action actions actor device sequence op base patch
    provider model prompt transcript ocr speech vision llm experiment variant cohort"""
)

SENSITIVE_WORDS = word_set(
    """pin otp cvv cvc code password passcode secret token phone mobile tel fax ssn aadhaar pan passport card iban
    account dob birth birthday age salary latitude longitude lat lon lng gps coordinates location postcode zip
    zipcode license licence plate"""
)
"""Parts of keys under which even a short number is a person's."""
