"""Ways to say yes and no."""

# ruff: noqa: E501 - tables of words read better in full lines

YES = (
    "yes", "yeah", "yep", "yup", "yess", "yea", "y", "yes please", "sure", "of course", "certainly", "definitely",
    "absolutely", "correct", "right", "that's right", "true", "ok", "okay", "fine", "indeed", "affirmative", "exactly",
    "i believe so", "i think so", "i guess so", "i suppose so", "mostly yes", "sure thing", "by all means", "why not", "no doubt", "obviously", "very much", "yes we do",
    "yes there is", "yes there are", "without doubt",
    "haan", "han", "haa", "haanji", "haan ji", "ha ji", "ji haan", "ji", "bilkul", "zaroor", "jarur", "zarur", "sahi",
    "sahi hai", "theek hai", "thik hai", "ha", "hanji", "haan bilkul", "jee", "jee haan", "beshak", "avashya",
    "हां", "हाँ", "हा", "जी", "जी हां", "जी हाँ", "हां जी", "हाँ जी", "बिल्कुल", "बिलकुल", "जरूर", "ज़रूर", "सही", "सही है",
    "ठीक है", "बेशक", "अवश्य", "यस", "ओके", "हाँजी",
)  # fmt: skip

NO = (
    "no", "nope", "nah", "naa", "na", "n", "not", "never", "unarmed", "dark", "poorly lit", "not really", "of course not", "certainly not",
    "definitely not", "absolutely not", "no way", "negative", "false", "not at all", "none", "nothing", "without",
    "no need", "not needed", "not required", "don't", "do not", "does not", "doesn't", "is not", "isn't", "aren't",
    "are not", "not yet", "no not yet", "incorrect", "wrong", "we don't", "it doesn't", "there isn't", "there aren't",
    "haven't", "hasn't", "won't", "not necessary", "unnecessary", "not sure thing", "nil", "don't need", "no thanks",
    "no thank you", "cannot", "can't", "wouldn't", "no problem no", "neither", "rather not", "i don't think so",
    "don't think so", "not that i know", "absolutely no", "no no", "nahi", "nahin", "nahi ji", "ji nahi", "ji nahin",
    "nai", "naheen", "bilkul nahi", "bilkul nahin", "nahi hai", "nahi chahiye", "mat", "koi nahi", "bina", "na ji",
    "nahi ki zarurat", "zarurat nahi", "kabhi nahi", "नहीं", "नही", "जी नहीं", "ना", "बिल्कुल नहीं", "बिलकुल नहीं", "मत", "कभी नहीं",
    "नहीं है", "नहीं चाहिए", "नहीं जी", "बिना", "जरूरत नहीं", "नो", "न", "कोई नहीं",
)  # fmt: skip

UNSURE = (
    "maybe", "perhaps", "not sure", "i'm not sure", "depends", "it depends", "sometimes", "possibly", "probably",
    "might", "either", "yes and no", "yes or no", "partly", "partially", "some of them", "don't know", "do not know",
    "not certain", "unsure", "kind of", "sort of", "if", "unless", "half", "somewhat", "can't say", "cannot say",
    "hard to say", "who knows", "no idea", "shayad", "pata nahi", "pata nahin", "kabhi kabhi", "ho sakta hai", "agar",
    "planned", "planning", "being installed", "will be installed", "under installation", "soon", "in future", "next month", "next year",
    "शायद", "पता नहीं", "कभी कभी", "हो सकता है", "अगर", "नहीं पता", "maloom nahi", "मालूम नहीं",
)  # fmt: skip

WEAK_YES = (
    "there's",
    "we do",
    "i do",
    "it is",
    "it does",
    "there is",
    "there are",
    "they are",
    "they do",
    "it has",
    "he does",
)
"""A yes only where no word of the utterance denies: "there are", but "there are no cameras"."""

AFFIRM = (
    "have", "has", "got", "need", "needs", "needed", "require", "required", "want", "wanted", "installed", "present",
    "available", "exists", "working", "must", "should", "will", "necessary", "hai", "hain", "he", "chahiye", "chahie",
    "chaiye", "lage hain", "laga hai", "lage hue", "rakhna hai", "है", "हैं", "चाहिए", "चाहिये", "लगे हैं", "लगा है", "रखना है",
    "होना चाहिए", "in place", "well lit", "brightly lit", "everywhere", "mandatory", "compulsory", "zaroori", "zaruri", "jaruri", "ज़रूरी", "जरूरी",
)  # fmt: skip

COMMON = "the is are there have has does do will you your our need on at any in of a an and or for to be with site this it hai hain he ka ki ke"

SPOKEN_YES = (
    "yes", "yes please", "yeah", "yup", "yes we do", "yes there are", "yes it is", "sure", "of course", "correct",
    "definitely", "absolutely", "that's right", "okay", "right",
)  # fmt: skip
SPOKEN_NO = (
    "no", "nope", "not really", "no we don't", "no there are not", "not at all", "of course not", "not needed",
    "not required", "no thanks", "never", "none",
)  # fmt: skip
