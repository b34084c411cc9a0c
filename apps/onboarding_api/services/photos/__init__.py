"""Photos on their way in: decoded by a bounded child, made upright and small, freed of all metadata; judged and kept.

`preparing.prepare` is the one door to the pixels of a file that somebody sent. `decoding`, `exif`, `fingerprint` and
`child` run in that child and import nothing but Pillow and the standard library; this file must stay empty for them.
"""
