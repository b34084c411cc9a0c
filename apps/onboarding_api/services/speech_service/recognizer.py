"""The decoder of pocketsphinx behind three verbs: hear by grammar, hear by language model, check what was heard.

A decoder holds about 60 MB and is not thread-safe: its owner keeps a lock around every call.
"""

from __future__ import annotations

import difflib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from apps.onboarding_api.services.speech_service.language_model import DomainModel, domain_model
from apps.onboarding_api.services.speech_service.port import PcmAudio

PHONES = tuple(
    """AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z
    ZH""".split()  # noqa: SIM905 -- thirty-nine quoted phones would be harder to read
)
FILLERS = frozenset({"<s>", "</s>", "<sil>", "[NOISE]", "[SPEECH]", "[COUGH]", "[BREATH]", "(NULL)"})
MIN_WORD_FRAMES = 10
"""A tenth of a second: below it a "word" is a click."""


MAX_MODELS_PER_FRAME, MAX_WORDS_PER_FRAME = 3000, 20
"""Noise keeps every word in play: without bounds 2.5 s of it took four times as long as with these."""
MIN_FAMILIAR = 0.8


@dataclass(frozen=True, slots=True)
class Effort:
    """How a search weighs the words' likelihood against the sound (`lw`), and how far it looks (the beams)."""

    lw: float
    beam: float = 1e-48
    wbeam: float = 7e-29


GRAMMAR_EFFORT = Effort(lw=2.0, beam=1e-60, wbeam=1e-40)
"""A grammar already says what may come: the sound decides, and no rare word may be dropped early."""
DOMAIN_EFFORT = Effort(lw=6.5)
GENERAL_EFFORTS = {"general": Effort(lw=6.5), "general_strict": Effort(lw=10.0)}
"""Two searches by the same model of English."""
MIN_AGREEMENT = 0.75


@dataclass(frozen=True, slots=True)
class Heard:
    """A hypothesis. `score` is a log likelihood in the engine's own unit, `word_frames` the 10 ms frames in words."""

    text: str
    score: int
    word_frames: int


@dataclass(frozen=True, slots=True)
class Check:
    """How the words stand beside free phones on the same sound.

    `margin` is the gain in log likelihood per word frame over any sequence of phones; `coverage` the share of the
    speech that the words account for. Words that were really said gain; words forced onto other sound lose, or leave
    gaps.
    """

    margin: float
    coverage: float


class Recognizer:
    def __init__(self) -> None:
        # Loads the acoustic model and the dictionary, which only the media worker needs.
        import pocketsphinx

        # Its log would carry what people say.
        pocketsphinx.set_loglevel("FATAL")
        self._decoder = pocketsphinx.Decoder(
            pocketsphinx.Config(
                loglevel="FATAL",
                lm=None,
                bestpath=False,
                cmn="batch",
                maxhmmpf=MAX_MODELS_PER_FRAME,
                maxwpf=MAX_WORDS_PER_FRAME,
            )
        )
        self._general_model = pocketsphinx.get_model_path("en-us/en-us.lm.bin")
        self._sentences: tuple[str, ...] | None = None
        self._domain: DomainModel | None = None
        for phone in PHONES:
            self._decoder.add_word(f"free_{phone.lower()}", phone, True)
        self._prepare(GRAMMAR_EFFORT)
        loop = "|".join(f"free_{phone.lower()}" for phone in PHONES)
        self._decoder.add_jsgf_string("phones", f"#JSGF V1.0;\ngrammar phones;\npublic <any> = ({loop})+;\n")

    def hear_phones(self, audio: PcmAudio) -> Heard | None:
        """The best sequence of phones, whatever was said: the measure for `check`."""
        return self._run("phones", audio)

    def hear_grammar(self, audio: PcmAudio, jsgf: str) -> Heard | None:
        """What the grammar makes of the sound; None when no complete sentence of it fits.

        Raises `ValueError` when the grammar cannot be parsed or has a word that the dictionary lacks.
        """
        self._prepare(GRAMMAR_EFFORT)
        self._decoder.add_jsgf_string("question", jsgf)
        try:
            heard = self._run("question", audio)
            # A recording that breaks off leaves half a sentence, which the engine hands out all the same.
            return heard if heard and self._decoder.get_fsg("question").accept(heard.text) else None
        finally:
            self._decoder.activate_search("phones")
            self._decoder.remove_search("question")

    def hear_domain(self, audio: PcmAudio, sentences: tuple[str, ...]) -> Heard | None:
        """The most likely words by a model of `sentences`; None when they do not stand together as in those."""
        if sentences != self._sentences:
            self._learn(sentences)
        if self._domain is None:
            return None
        heard = self._run("domain", audio)
        return heard if heard and self._domain.familiar_share(heard.text) >= MIN_FAMILIAR else None

    def hear_anything(self, audio: PcmAudio) -> Heard | None:
        """The most likely words by the general model of English; None when they change with the weight of that model.

        What was really said comes out the same whether the sound or the model counts more; babble does not.
        """
        for search, effort in GENERAL_EFFORTS.items():
            if self._decoder.get_lm(search) is None:
                self._prepare(effort)
                self._decoder.add_lm_file(search, self._general_model)
        first, second = (self._run(search, audio) for search in GENERAL_EFFORTS)
        if first is None or second is None:
            return None
        same = difflib.SequenceMatcher(None, first.text.split(), second.text.split(), autojunk=False).ratio()
        return first if same >= MIN_AGREEMENT else None

    def check(self, audio: PcmAudio, text: str, phones: Heard) -> Check:
        """Fits exactly `text` to the sound and compares it with free phones."""
        words = self.hear_grammar(audio, f"#JSGF V1.0;\ngrammar said;\npublic <said> = {text};\n")
        return compare(words, phones) if words else Check(margin=float("-inf"), coverage=0.0)

    def knows(self, word: str) -> bool:
        return self._decoder.lookup_word(word) is not None

    def _learn(self, sentences: tuple[str, ...]) -> None:
        if self._domain is not None:
            self._decoder.activate_search("phones")
            self._decoder.remove_search("domain")
        self._domain = domain_model(sentences, is_known=self.knows)
        if self._domain is not None:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "domain.lm"
                path.write_text(self._domain.arpa, encoding="utf-8")
                self._prepare(DOMAIN_EFFORT)
                self._decoder.add_lm_file("domain", str(path))
        self._sentences = sentences

    def _prepare(self, effort: Effort) -> None:
        """For the search that is added next: it reads the decoder's settings once."""
        self._decoder.config["lw"] = effort.lw
        self._decoder.config["beam"] = effort.beam
        self._decoder.config["wbeam"] = effort.wbeam

    def _run(self, search: str, audio: PcmAudio) -> Heard | None:
        self._decoder.activate_search(search)
        self._decoder.start_utt()
        self._decoder.process_raw(audio.samples, full_utt=True)
        self._decoder.end_utt()
        best = self._decoder.hyp()
        if best is None or not best.hypstr or best.score <= 0:
            return None
        frames = sum(
            part.end_frame - part.start_frame + 1 for part in self._decoder.seg() if part.word not in FILLERS
        )
        return Heard(text=best.hypstr, score=self._decoder.get_logmath().log(best.score), word_frames=frames)


def compare(words: Heard, phones: Heard) -> Check:
    """`words` must come from a grammar: scores of language models are on another scale."""
    if words.word_frames < MIN_WORD_FRAMES:
        return Check(margin=float("-inf"), coverage=0.0)
    return Check(
        margin=(words.score - phones.score) / words.word_frames,
        coverage=min(1.0, words.word_frames / max(1, phones.word_frames)),
    )
