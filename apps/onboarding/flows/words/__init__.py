"""Word lists of the languages that people mix freely: English, Hindi and Hindi in Latin letters."""
