"""What the words around a word say about whether it is somebody's name, where no cue and no list is enough."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    ACT,
    AMBIGUOUS,
    BRAND,
    CORE,
    DOES,
    EVERYDAY,
    FOLLOWS,
    FREQUENT,
    GIVEN,
    KIND,
    LEADS,
    NAMED,
    PLACE,
    ROLE,
    STOP,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.name_subjects import (
    UNWELL,
    is_unknown_doer,
    points_of_the_deed,
    tells_things_apart,
)
from apps.onboarding_api.services.pii_integration.engine.name_words import (
    PARTICLES,
    Word,
    is_named,
    is_sure,
    is_unknown,
)
from apps.onboarding_api.services.pii_integration.engine.packs import all_words
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily
from apps.onboarding_api.services.pii_integration.engine.scene import Scene

_SAINTS = word_set("saint st san santa santo sankt sainte saints")
_TOWARDS = word_set("to from in at near via à de en a nach aus von hacia desde")
_BETWEEN = word_set("and or to y o a et ou à und oder bis aur ya")
"""Between two places."""
_WHO = word_set("who whose quien qui whom")
_PASSED_OVER = word_set(
    """no ya se nunca también never always also just nahi today now aaj abhi kal hoy heute aujourd'hui आज अभी कल dono
    दोनों
    both"""
)
"""Between a name and its verb: "Gorka no entregó", "Dawn never came"."""
_ME = word_set("i me myself yo mí moi ich mir main mai hum मैं हम أنا انا")
"""Whoever is joined to the speaker is a person: "Ruth and I"."""
_PERHAPS = word_set("probably maybe perhaps possibly quizás quizá peut-être vielleicht shayad शायद ربما")
_MAKES = ("ed", "ied")
_MADE = word_set("given sent lent written spoken shown taken brought told paid left went goes belongs")
"""Verbs in their last form, or moves: after one of these and "to", "by" or "from" somebody stands."""
_PARTNERS = word_set("to by from with")
_TELL = word_set(
    """phone call bolo bol bola bata batao bataya bataiye kaho kehna de do dena di diya dijiye bulao bulaiye poocho
    inform message msg milo फोन कॉल बोलो बोल बता बताओ बताया बताइए कहो कहना दे दो देना दी दिया दीजिए बुलाओ बुलाइए पूछो
    मैसेज सूचित"""
)
"""After a name with "ko": what is done to people only."""
_OBJECTS = frozenset({"ko", "को", "se", "से"})
_DONE_BY = word_set("by von durch por par")
_OBJECTS_OF_PEOPLE = word_set("me us him them it that he she we they i you")
_WAS = word_set("está estaba estuvo était sera war bleibt stays will")
_OWNING = word_set("ka ki ke का की के")
_OWNED = word_set(
    """duty shift naam number mobile baari baat awaaz birthday tabiyat ड्यूटी शिफ्ट नाम नंबर मोबाइल बारी
    आवाज तबीयत जन्मदिन शिकायत"""
)
"""After a name with "ki": what people have and things have not."""
_OURS = word_set("hamare hamari hamara mere meri mera हमारे हमारी हमारा मेरे मेरी मेरा")
_ROLE_REACH = 5
_SHORTEST_IN_CAPITALS = 6
"""Shorter words in capitals are acronyms."""
_REACHED = lazily(r"\s?[,:\-]?\s?(?:\+|\(?\d[\d \-()]{6}|[^\s@]{1,40}@)")
"""A telephone number or an address right after a word: it is whose they are."""
_TIME_BEFORE = lazily(
    r"(?:^|\n)(?:\[?[0-2]?\d[:.h][0-5]\d(?:\s?[ap]m)?\]?|[0-2]\d[0-5]\d(?:\shrs?)?)\s?[\-–:|]?\s$"
)


def evidence_for(scene: Scene, sequence: list[Word], index: int) -> float:
    """How much speaks for a name; a certain cue would be 3."""
    word = sequence[index]
    before = sequence[index - 1] if index and word.gap in (" ", "  ") else None
    after = (
        sequence[index + 1] if index + 1 < len(sequence) and sequence[index + 1].gap in (" ", "  ") else None
    )
    if word.marks & EVERYDAY and any(map(str.isdigit, word.gap)):
        return 0.0  # "4 Jun"
    points = _of_itself(word, before)
    if not points and not word.marks & NAMED:
        return 0.0
    if not word.marks and not word.capital and not word.caseless:
        return 2.0 if is_unknown_doer(sequence, index) else 0.0
    if word.marks & BRAND or (before is not None and before.low in _SAINTS):
        points -= 1.5
    points += _of_the_clause(scene, sequence, index) + points_of_the_deed(sequence, index)
    if index + 1 < len(sequence):
        gap = sequence[index + 1].gap
        if word.capital and gap.startswith(("'s ", "’s ")) and before is not None:
            points += 1.0
        if gap == ": " and "\n" in f"\n{word.gap}"[-2:] and not sequence[index + 1].capital:
            points += 1.0
    if before is not None:
        points += _of_before(sequence, index, before, after)
    if after is None:
        if not _REACHED.match(scene.text, word.end):
            return points
        return points + (1.5 if word.caseless and word.marks & NAMED and not word.marks & CORE else 1.0)
    if (
        word.marks & NAMED
        and before is not None
        and before.low in all_words("selves")
        and after.low in all_words("being")
    ):
        return points + 2.0
    return points + _of_after(scene, sequence, index, after)


def _of_itself(word: Word, before: Word | None) -> float:
    """What the word says: a name in some list, or a word in none; with a capital within a sentence."""
    if not word.marks & NAMED:
        if not is_unknown(word) or (
            word.text.isupper() and len(word.text) < _SHORTEST_IN_CAPITALS and not word.caseless
        ):
            return 0.0
        return 0.5 if word.caseless else 1.0
    ambiguous = bool(word.marks & AMBIGUOUS)
    if word.marks & EVERYDAY:
        return 0.5
    if ambiguous and word.capital and not word.marks & FREQUENT:
        # An everyday word of another language than the ones that write it with a capital: "Asha", "Kiran".
        points = 1.5
    else:
        points = 0.5 if ambiguous and (before is None or not word.capital) else 1.0
    if not word.capital:
        return points if word.caseless or not word.marks & FREQUENT else points - 1.0
    within = before is not None and before.text.islower() and before.low not in all_words("articles")
    if ambiguous and within:
        # A capital within a sentence; nouns of German have one too, mostly after an article.
        points += 1.0 if points < 1.5 else 0.5
    return points


def _of_the_clause(scene: Scene, sequence: list[Word], index: int) -> float:
    """What is joined to the word, what it is said to be, where on a line it stands."""
    word = sequence[index]
    points = 0.0
    if index + 1 < len(sequence):
        if _goes_on(sequence, index + 1):
            points += 1.5 if word.capital and word.marks & NAMED else 1.0
        if _is_unwell(sequence, index):
            points += 1.0
        if _is_with_speaker(sequence, index):
            points += 1.5
        if _is_what_somebody_is(sequence, index):
            points += 1.5
    if _is_on_a_roster(scene, sequence, index):
        points += 1.5 if word.marks & NAMED else 1.0
    if _is_called_at_the_end(scene, sequence, index):
        points += 1.0
    if word.gap.endswith("@") and not word.gap[-2:-1].strip():
        points += 1.5
    return points


def _of_before(sequence: list[Word], index: int, before: Word, after: Word | None) -> float:
    word = sequence[index]
    points = 0.0
    if before.low in all_words("calls") and (word.marks & NAMED or word.capital):
        points += 1.5
    if word.capital:
        if before.low in _PERHAPS:
            points += 1.0
        elif before.low in _PARTNERS and _is_done(sequence, index - 2):
            points += 0.5
    if before.low in all_words("articles"):
        return points - 1.5
    if before.marks & ROLE:
        return points + 1.0
    if word.marks & PLACE and before.low in _TOWARDS:
        return points - (1.5 if after is not None and after.low in _TOWARDS else 0.5)
    if word.marks & PLACE and index > 1 and sequence[index - 2].marks & PLACE and before.low in _BETWEEN:
        return points - 1.0
    if before.marks & LEADS and word.capital:
        ended = index + 1 == len(sequence) or bool(sequence[index + 1].gap.strip(" "))
        alone = ended or (after is not None and bool(after.marks & STOP))
        return points + (1.0 if alone and before.low in all_words("joined_with") else 0.5)
    if before.capital and not before.marks & (STOP | NAMED):
        return points - 0.5
    return points


def _of_after(scene: Scene, sequence: list[Word], index: int, after: Word) -> float:
    word = sequence[index]
    points = 1.0 if after.low in _WHO and word.capital else 0.0
    following = sequence[index + 2] if index + 2 < len(sequence) else None
    if following is not None:
        if after.low in _PASSED_OVER and following.gap == " ":
            after = following
        told = following.low in _TELL or scene.text[after.end : after.end + 2].strip()[:1] == "+"
        if (after.low in _OBJECTS and told) or (after.low in _OWNING and following.low in _OWNED):
            points += 1.0
    if after.marks & FOLLOWS and not after.capital:
        return points + 1.5
    if after.marks & ACT and following is not None and following.low in _DONE_BY and word.marks & CORE:
        return points
    if after.marks & ACT and not (word.marks & EVERYDAY and not _acts_on(sequence, index + 2)):
        capital = word.capital and after.text.islower()
        caseless = word.caseless and not word.marks & CORE and after.low not in _OBJECTS
        return points + (1.5 if word.marks & AMBIGUOUS and (capital or caseless) else 1.0)
    if after.marks & DOES:
        return points + 0.5
    if after.capital and after.marks & FREQUENT and not is_named(after):
        points -= 1.0
    if tells_things_apart(sequence, index):
        points -= 1.0
    return points


def _acts_on(sequence: list[Word], index: int) -> bool:
    """Whether a verb has an object, as those of people have: "Will fixed the door", not "April closed lower"."""
    if index >= len(sequence) or sequence[index].gap != " ":
        return False
    following = sequence[index]
    return following.low in all_words("articles") or following.low in _OBJECTS_OF_PEOPLE


def _is_with_speaker(sequence: list[Word], index: int) -> bool:
    """ "Ruaridh and I": joined to the speaker."""
    return (
        index + 2 < len(sequence)
        and sequence[index + 1].gap == " "
        and sequence[index + 1].low in all_words("joins")
        and sequence[index + 2].gap == " "
        and sequence[index + 2].low in _ME
    )


def _is_unwell(sequence: list[Word], index: int) -> bool:
    """ "Kai ist krank", "Ángel está de baja", "Kiran is on leave", "Bharat bimar hai"."""
    said = sequence[index + 1 : index + 4]
    if not said or any(word.gap != " " for word in said[:1]):
        return False
    if said[0].low in UNWELL and (
        said[0].caseless or (len(said) > 1 and said[1].low in ("hai", "hain", "par"))
    ):
        return True
    being = said[0].low in all_words("called") or said[0].low in _WAS
    return being and any(
        word.low in UNWELL and all(one.marks & STOP or one.low in PARTICLES for one in said[1:place])
        for place, word in enumerate(said[1:], 1)
    )


def _is_what_somebody_is(sequence: list[Word], index: int) -> bool:
    """ "Femi is our security lead", "Vinod hamare incharge hain": a role after a verb of being, or after "our"."""
    if index + 2 >= len(sequence) or sequence[index + 1].gap != " ":
        return False
    linked = sequence[index + 1].low in all_words("called") and (
        sequence[index + 2].low in all_words("articles") or sequence[index + 2].marks & ROLE
    )
    if not linked and sequence[index + 1].low not in _OURS:
        return False
    for place in range(index + 2, min(index + 2 + _ROLE_REACH, len(sequence))):
        if sequence[place].gap != " ":
            return False
        if sequence[place].marks & ROLE:
            return not sequence[index].marks & BRAND
    return False


def _is_called_at_the_end(scene: Scene, sequence: list[Word], index: int) -> bool:
    """ "once you are through, Ruaridh": somebody spoken to, at the end of a line."""
    word = sequence[index]
    if not index or word.gap != ", " or sequence[index - 1].capital:
        return False
    if word.marks & (PLACE | KIND | BRAND) or not (word.capital or word.marks & GIVEN):
        return False
    rest = scene.text[word.end : word.end + 3].lstrip(" .!?")
    return not rest or rest.startswith("\n")


def _is_on_a_roster(scene: Scene, sequence: list[Word], index: int) -> bool:
    """ "Mon: Dave, Tue: Sue", "Gate 2 - Ali", "22:10 Okoro on rounds": alone behind a label, or first after a time."""
    word = sequence[index]
    if not (word.capital or (word.caseless and word.marks & NAMED)) or word.marks & (PLACE | KIND | BRAND):
        return False
    if _TIME_BEFORE.search(scene.text[max(0, word.start - 12) : word.start]):
        following = sequence[index + 1] if index + 1 < len(sequence) else None
        return following is not None and following.gap == " " and not following.capital
    if not word.marks & NAMED or not word.gap.rstrip(" ").endswith((":", " -", " –", "|")):
        return False
    rest = scene.text[word.end : word.end + 3].strip(" .")
    return not rest or rest[0] in ",;|/\n،"


def _is_done(sequence: list[Word], index: int) -> bool:
    return index >= 0 and (
        sequence[index].low in _MADE
        or (len(sequence[index].low) > 4 and sequence[index].low.endswith(_MAKES))
    )


def _goes_on(sequence: list[Word], index: int) -> bool:
    """Whether a sure name is joined on: "Abhinandan and Tariq", "Ramu, Shyam Lal"."""
    if sequence[index].low in all_words("joins") and sequence[index].gap == " ":
        index += 1
    elif sequence[index].gap not in (", ", " & ", "، "):
        return False
    if index >= len(sequence) or sequence[index].gap not in (" ", ", ", " & ", "، "):
        return False
    word = sequence[index]
    paired = word.capital and word.gap == " & " and word.marks & NAMED
    return is_sure(word) or bool(paired and not word.marks & (EVERYDAY | PLACE | KIND | BRAND | CORE))
