"""Names of days."""

from apps.onboarding.flows.words import listed

LABELS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "hi": ("सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार"),
}
THROUGH = frozenset(
    listed(
        """
    to till until through thru thro upto - ~ se से tak and_ the on
    """
    )
)

PHRASES = {
    "mon": ("monday", "mondays", "mon", "सोमवार", "सोम", "somvar", "somwar", "somvaar", "somwaar", "मंडे"),
    "tue": ("tuesday", "tuesdays", "tue", "tues", "मंगलवार", "मंगल", "mangalvar", "mangalwar", "mangalvaar", "mangal"),
    "wed": ("wednesday", "wednesdays", "wed", "weds", "बुधवार", "बुध", "budhvar", "budhwar", "budhvaar", "wensday"),
    "thu": ("thursday", "thursdays", "thu", "thur", "thurs", "गुरुवार", "गुरूवार", "बृहस्पतिवार", "वीरवार", "guruvar",
            "guruwar", "guruvaar", "brihaspativar", "veervar"),
    "fri": ("friday", "fridays", "fri", "शुक्रवार", "शुक्र", "shukravar", "shukrawar", "shukravaar", "shukrawaar"),
    "sat": ("saturday", "saturdays", "sat", "शनिवार", "शनि", "shanivar", "shaniwar", "shanivaar", "शनीवार"),
    "sun": ("sunday", "sundays", "sun", "रविवार", "रवि", "इतवार", "ravivar", "raviwar", "ravivaar", "itvar", "itwar",
            "itvaar", "संडे"),
    "weekdays": ("weekday", "weekdays", "week days"),
    "weekend": ("weekend", "weekends", "week end", "week ends"),
    "all": (
        "all days", "every day", "everyday", "daily", "all week", "whole week", "entire week", "all the days",
        "7 days", "7 day", "seven days", "all 7 days", "each day", "any day", "throughout the week", "full week",
        "all through the week", "all days of the week", "all the week", "24 7", "24x7",
        "हर दिन", "रोज", "रोजाना", "सातों दिन",
        "सभी दिन", "पूरा हफ्ता", "पूरे हफ्ते", "प्रतिदिन", "7 दिन", "har din", "roz", "rozana", "saaton din", "saato din",
        "sabhi din", "poora hafta", "pura hafta", "sab din", "7 din", "no holiday", "no day off", "no weekly off",
        "no holidays", "365 days", "all year", "never closed", "every single day", "no off",
    ),
    "open": ("open", "opens", "working", "we work", "khula", "khuli", "khule", "chalu", "खुला", "खुली", "खुले", "चालू"),
    "except": (
        "except", "except for", "excluding", "but not", "all but", "other than", "apart from", "closed on", "not on",
        "besides", "closed", "weekly off is", "weekly off on", "minus", "off on", "holiday on", "we are closed on",
        "we close on", "not open on",
    ),
    "off": (
        "off", "is off", "are off", "closed", "is closed", "are closed", "holiday", "is a holiday", "weekly off",
        "is weekly off", "ko chhod kar", "ko chhodkar", "chhodkar", "chhod kar", "chodkar", "chod kar", "ke alawa",
        "ke siwa", "ke siwaye", "band", "ko band", "bandh", "chhutti", "chutti", "ki chhutti", "ko chhutti",
        "को छोडकर", "छोडकर", "को छोड़कर", "के अलावा", "के सिवा", "के सिवाय", "बंद", "को बंद", "छुट्टी", "की छुट्टी", "को छुट्टी",
        "not working", "we don't work", "not open",
    ),
}  # fmt: skip
