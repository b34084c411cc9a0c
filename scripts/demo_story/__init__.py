"""scripts/demo: one complete onboarding, told over HTTP.

Each step prints what happens, and ends the story where something does not hold.
"""
