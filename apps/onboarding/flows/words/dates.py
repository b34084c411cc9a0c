"""Words for dates."""

# ruff: noqa: E501 - tables of words read better in full lines

from apps.onboarding.flows.words import listed

MONTH_LABELS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "hi": ("जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"),
}  # fmt: skip

MONTHS = {
    1: "january jan janvari janwari जनवरी", 2: "february feb farvari farwari फरवरी", 3: "march mar मार्च",
    4: "april apr aprail अप्रैल", 5: "may mai मई", 6: "june jun joon जून", 7: "july jul julai जुलाई",
    8: "august aug agast अगस्त", 9: "september sep sept sitambar sitamber सितंबर सितम्बर",
    10: "october oct oktober aktubar अक्टूबर अक्तूबर", 11: "november nov navambar navamber नवंबर नवम्बर",
    12: "december dec disambar disamber दिसंबर दिसम्बर",
}  # fmt: skip

TODAY = frozenset({"today", "aaj", "आज"})
TOMORROW = frozenset({"tomorrow", "tmrw", "tomorow", "kal", "कल"})
DAY_AFTER = ("day after tomorrow", "parso", "parson", "परसों")
THIS = frozenset(
    listed(
        """
    this coming upcoming on isi is इस इसी aane aanewale aane_wale आने
    """
    )
)
NEXT = frozenset(
    listed(
        """
    next agle agla agli अगले अगला अगली
    """
    )
)
HINDI_ORDINALS = {
    "pehli": 1, "pahli": 1, "pehle": 1, "पहली": 1, "doosri": 2, "dusri": 2, "दूसरी": 2, "teesri": 3, "tisri": 3, "तीसरी": 3,
    "chauthi": 4, "चौथी": 4, "paanchvi": 5, "पांचवीं": 5,
}  # fmt: skip
PAST = frozenset({"last", "previous", "past", "pichle", "pichhle", "पिछले", "पिछला"})
VAGUE = frozenset(
    listed(
        """
    asap soon immediately immediate earliest month week year mahine mahina hafte hafta महीने महीना हफ्ते
    हफ्ता jaldi जल्दी turant तुरंत end beginning middle mid early late quarter saal साल last ant अंत
    aakhir आखिर
    """
    )
)
SIZES = {
    "day": 1, "days": 1, "din": 1, "दिन": 1, "week": 7, "weeks": 7, "hafte": 7, "hafta": 7, "हफ्ते": 7, "हफ्ता": 7, "सप्ताह": 7,
    "fortnight": 14, "fortnights": 14, "month": 0, "months": 0, "mahine": 0, "mahina": 0, "महीने": 0, "महीना": 0, "माह": 0,
}  # fmt: skip
"""Days in a unit; 0 stands for a calendar month."""
AFTER = frozenset(
    listed(
        """
    in after within_ from later baad बाद hence time
    """
    )
)
