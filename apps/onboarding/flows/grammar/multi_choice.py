"""Any number of options: "electricity and water but no gas", "everything except diesel", "none"."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

import itertools
from typing import Any

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules
from apps.onboarding.flows.grammar.choice import option_list, spoken_options
from apps.onboarding.flows.grammar.matching import is_filler, means_nothing, option_phrases
from apps.onboarding.flows.grammar.pieces import Segment, pieces_of, segments_of
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.wording import say
from apps.onboarding.flows.words import fillers, listed

_ALL = frozenset(
    listed(
        """
    all everything every sab sabhi saare sare सब सभी सारे both dono दोनों
    """
    )
)
_EXCEPT = frozenset(
    listed(
        """
    except excluding without minus but chhodkar chodkar siwaye alawa छोडकर सिवाय अलावा सिवा
    """
    )
)
_HEDGES = frozenset(
    listed(
        """
    or ya या maybe perhaps possibly probably shayad शायद if depends depend
    """
    )
)


class MultiChoiceGrammar(Grammar):
    """The value is a list of option values in the order of the flow, without repetition."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        none = next((option.value for option in slot.options if option.exclusive), None)
        if means_nothing(text):
            return self.accept(slot, [] if none is None else [none], language)
        words = pieces_of(text, language)
        segments = segments_of(words, option_phrases(slot))
        everything = self._everything(slot, words, segments)
        if everything is not None:
            return self.accept(slot, everything, language)
        wanted, doubtful = _wanted(slot, segments)
        values = self._ordered(slot, wanted)
        if not values:
            return Unclear(reason=say(language, "no_option"), code="no_option")
        if none in values and len(values) > 1:
            return self.ask(slot, [[value for value in values if value != none], [none]], language)
        if any(word in _HEDGES for word in words):
            singles = [[value] for value in values] if len(values) > 1 else []
            return self.ask(slot, [values, *singles], language)
        return self.ask(slot, [values], language) if doubtful else self.accept(slot, values, language)

    def _everything(self, slot: Slot, words: tuple[str, ...], segments: list[Segment]) -> list[str] | None:
        """ "all of them", "everything except gas"."""
        if not any(word in _ALL for word in words):
            return None
        hits = [hit.key for segment in segments for hit in segment.hits]
        full = [option.value for option in slot.options if not option.exclusive]
        if not hits:
            rest = [word for word in words if word not in _ALL and not is_filler(word, slot) and word != ","]
            return None if rest else full
        denied = all(
            any(word in fillers.NOT_WORDS for word in segment.leftover)
            for segment in segments
            if segment.hits
        )
        if denied or any(word in _EXCEPT for word in words):
            return [value for value in full if value not in hits]
        return None

    @staticmethod
    def _ordered(slot: Slot, wanted: list[str]) -> list[str]:
        return [option.value for option in slot.options if option.value in wanted]

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        if not isinstance(value, list) or any(
            not isinstance(item, str) or slot.option(item) is None for item in value
        ):
            return say(language, "no_option")
        if value != self._ordered(slot, value):
            return say(language, "no_option")
        none = next((option for option in slot.options if option.exclusive), None)
        if none is not None and not value:
            return say(language, "no_option")
        if none is not None and none.value in value and len(value) > 1:
            return say(language, "none_and_others", none=slot.option_label(none.value, language))
        return None

    def display(self, slot: Slot, value: Any, language: str) -> str:
        labels = [slot.option_label(item, language) for item in value]
        return ", ".join(labels) if labels else say(language, "none")

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "type": "array",
            "items": {"type": "string", "enum": [option.value for option in slot.options]},
            "uniqueItems": True,
        }
        if any(option.exclusive for option in slot.options):
            schema["minItems"] = 1
        return schema

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        exclusive = [option.value for option in slot.options if option.exclusive]
        return {"kind": "checkboxes", "options": option_list(slot, language), "exclusive": exclusive}

    def rules(self, slot: Slot) -> Rules | None:
        said = jsgf.phrases(spoken_options(slot))
        if not said:
            return None
        body = "<option> ( [ and ] <option> )*"
        lead = "[ there is | there are | we have | only | just | the ]"
        return {"option": said, "value": f"{lead} {body} | none | nothing | all of them | everything"}

    def sentences(self, slot: Slot, language: str) -> list[str]:
        if language != "en":
            labels = [slot.option_label(option.value, language) for option in slot.options]
            joiner = f" {say(language, 'and')} "
            return [*labels, *(joiner.join(pair) for pair in itertools.pairwise(labels))]
        said = [spoken for text in spoken_options(slot) if (spoken := jsgf.speakable(text))]
        pairs = [f"{first} and {second}" for first, second in itertools.pairwise(said)]
        return [*said, *pairs, "none of these", "all of them"]


def _wanted(slot: Slot, segments: list[Segment]) -> tuple[list[str], bool]:
    """The options that are said and not denied, and whether something in between was not understood."""
    wanted: list[str] = []
    denied: set[str] = set()
    doubtful = False
    excepting = False
    for position, segment in enumerate(segments):
        excepting = excepting or any(word in {"except", "excluding", "minus"} for word in segment.leftover)
        denies = excepting or any(word in fillers.NOT_WORDS for word in segment.leftover)
        keys = [hit.key for hit in segment.hits]
        if denies:
            denied.update(keys)
            following = segments[position + 1] if position + 1 < len(segments) else None
            if following is not None and following.hits and following.joined_by in fillers.AND_WORDS and keys:
                doubtful = doubtful or not any(word in {"have", "only", "hai"} for word in following.words)
        else:
            wanted += keys
        unknown = [
            word
            for word in segment.leftover
            if not is_filler(word, slot)
            and not word.replace(".", "").isdigit()
            and word not in fillers.NOT_WORDS
        ]
        if unknown and not segment.hits:
            doubtful = True
    return [value for value in wanted if value not in denied], doubtful
