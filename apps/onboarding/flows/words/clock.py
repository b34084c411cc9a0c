"""Words for times of day and lengths of time."""

# ruff: noqa: E501 - tables of words read better in full lines

from apps.onboarding.flows.words import listed

MORNING = listed(
    """
    morning subah subha savere savera prataah सुबह सवेरे प्रातः प्रात सवेरा bhor भोर
    """
)
AFTERNOON = listed(
    """
    afternoon noonish dopahar dopehar dupahar दोपहर dophar
    """
)
EVENING = listed(
    """
    evening shaam sham शाम sanjh saanjh eve
    """
)
NIGHT = listed(
    """
    night raat rat rath रात tonight nite
    """
)
AM = ("am", "a.m", "a.m.")
PM = ("pm", "p.m", "p.m.")
NOON = ["noon", "midday"]
MIDNIGHT = ["midnight"]
OCLOCK = frozenset(
    listed(
        """
    o'clock oclock baje baj bajey बजे बज bajkar बजकर o clock hours hrs hr h hour
    """
    )
)
ROUND_THE_CLOCK = (
    "24x7", "24 x 7", "24 by 7", "24 into 7", "24 7", "24 hours", "24 hour", "24 hrs", "24hrs", "24 hr", "round the clock",
    "around the clock", "all day and night", "day and night", "all day long and night", "always open", "never closes",
    "never closed", "never close", "all the time", "24 ghante", "24 ghanta", "24 घंटे", "24 घंटा", "chaubeeson ghante",
    "chaubiso ghante", "chaubison ghante", "चौबीसों घंटे", "चौबीसो घंटे", "din raat", "दिन रात", "raat din", "रात दिन",
    "all 24 hours", "hamesha khula", "हमेशा खुला", "non stop", "nonstop", "continuous", "continuously", "at all times",
    "always", "we never close", "day night", "all hours", "any time", "anytime", "open all day and night", "din aur raat",
    "दिन और रात", "chaubis ghante", "full time 24", "24 7 365", "24x7x365", "24 x 7 x 365",
)  # fmt: skip

MINUTES = frozenset(
    listed(
        """
    minute minutes min mins minit mint minat m मिनट मिनिट मिनटों
    """
    )
)
HOURS = frozenset(
    listed(
        """
    hour hours hr hrs h ghanta ghante ghanton घंटा घंटे घंटों घण्टा घण्टे hourly hourse
    """
    )
)
DAYS = frozenset(
    listed(
        """
    day days daily din दिन
    """
    )
)
SECONDS = frozenset(
    listed(
        """
    second seconds sec secs सेकंड
    """
    )
)
