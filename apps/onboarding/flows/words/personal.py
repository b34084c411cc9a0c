"""Words around names, telephone numbers and e-mail addresses."""

# ruff: noqa: E501 - tables of words read better in full lines

from apps.onboarding.flows.words import listed
from apps.onboarding.flows.words.fillers import FILLERS

HONORIFICS = frozenset(
    listed(
        """
    mr mrs ms miss mister missus dr doctor prof professor shri sri smt shrimati kumari sir madam ma'am
    mam sahab saab sahib ji garu saheb anna akka bhai bhaiya didi capt colonel col lt sgt श्री श्रीमती डॉ डा डॉक्टर कुमारी
    साहब जी भाई सर मैडम भैया दीदी मिस्टर मिस
    """
    )
)

SUBJECTS = frozenset(
    listed(
        """
        floor floors storey storeys level levels area size sq ft feet foot square meter meters metre metres acre acres gate
        gates door doors entrance entrances exit exits entry guard guards hour hours open opens close closes day days week
        weekday weekdays monday tuesday wednesday thursday friday saturday sunday shift shifts camera cameras cctv meter
        parking city town address street road sector visitor visitors guest guests risk risks theft fire flooding equipment
        asset assets lift lifts elevator generator generators extinguisher extinguishers warehouse office factory hospital
        school hotel bank mall godown patrol patrols interval date start bed beds dock docks note notes electricity water
        gas diesel am pm baje subah shaam raat lakh crore thousand hundred armed lighting type kind value choice option
        मंजिल मंजिलें क्षेत्रफल शहर समय दिन शिफ्ट कैमरा कैमरे मीटर जोखिम वर्ग फुट बिजली पानी लाख करोड हजार
        """
    )
)
"""What the other questions are about: a correction of one of them is no name."""

RELATIONS = frozenset(
    listed(
        """
        best better good great nice brother sister wife husband son daughter father mother uncle aunt friend colleague
        partner boss out up down early late local senior junior assistant deputy chief general accounts hr it operations
        maintenance housekeeping electrician plumber driver peon clerk secretary president chairman chairperson treasurer
        nurse principal teacher warden caretaker watchman chowkidar technician executive coordinator representative
        landlord tenant society incharge official staff member admin administrator office home shop work side number one
        two three first both either neither himself herself personally directly preferably ideally mostly available
        प्रबंधक अध्यक्ष सचिव पत्नी पति भाई बेटा पिता चौकीदार
        """
    )
)
"""Roles and relations: they stand beside a name and are none."""

NAME_LIKE = frozenset(
    listed(
        """
        will mark grace hope faith joy rose may june april august bill frank dean earl king young long small major rich art
        drew chase hunter page love day white black brown green gray grey stone wood hill park baker cook carter miller man
        das asha sunny lucky happy baby prem shanti maya raja rani bala sona moti heera deep jeet
        """
    )
)
"""Words of the lists above that are also names: in a short answer they are taken as such."""

NEVER_NAMES = (
    FILLERS
    | HONORIFICS
    | SUBJECTS
    | RELATIONS
    | frozenset(
        listed(
            """
    and or but if not no nope never who whom whose which what when where why how his her him hers he she
    they them their my mine your yours our us me i you we one handled managed done looked answered taken given called asked named listed kept posted based sitting
            contact contacts name names named called call
    calling phone phones telephone mobile cell number numbers email mail id address reach speak talk ask
    message text ring dial whatsapp manager supervisor officer guard incharge charge head security site
    facility admin owner director engineer boss emergency primary secondary main alternate alternative
    point duty person anytime time day night morning evening available always usually any anyone someone
    somebody nobody everyone other another same different next previous first second third last question
    answer change correct actually sorry wait please skip back repeat cancel stop help human agent yes
    no okay thanks thank hello hi know don't dont can't cannot won't isn't didn't doesn't because since
    until after before during about above over under again then than as so too very also only just
    number's name's case cases any issue issues problem problems urgent fire incident incidents
    reception desk control room team responsible looking handling handles handle takes care taking
    working works work posted deployed there would could should might must shall will've let let's give
    gave given tell told write written put use used save saved note noted record spelled spelling spelt
    goes by full short form surname lastname firstname middle naam number nambar mera meri mere unka
    unki inka inki uska uski iska iski aap unhe unko isko usko karo karen karein karna kijiye kariye
    bolo boliye bataiye bata baat phone fon sampark vyakti aadmi manager sahab hain hai ka ki ke ko se
    ne par pe aur ya nahi nahin haan kaun koi kuch milega milenge rahega hoga likh likhiye rakhiye नाम
    नंबर नम्बर मेरा मेरी मेरे उनका उनकी इनका इनकी उसका उसकी इसका इसकी उन्हें उनको इसको उसको करो करें
    करना कीजिए करिए बोलो बोलिए बताइए बात फोन संपर्क सम्पर्क व्यक्ति आदमी मैनेजर मोबाइल पता ईमेल मेल और
    या नहीं कोई कुछ कौन मिलेगा मिलेंगे प्रबंधक सुपरवाइजर गार्ड आपात आपातकालीन स्थिति लिखिए रखिए प्रभारी
    मालिक उन्हे
    """
        )
    )
)
"""Words that are no part of a name unless a cue stands directly before them."""

_CONTRACTIONS = frozenset(
    f"{word}'{end}"
    for word in ("it", "that", "he", "she", "there", "who", "i", "we", "they", "you", "name", "here", "what")
    for end in ("s", "m", "d", "ll", "ve", "re")
)

HARD_STOPS = _CONTRACTIONS | frozenset(
    listed(
        """
    and or but if not no is are was were be the a an of to for in on at from with by as who which that
    this his her him my our your their it he she they we you i me us call phone mobile telephone number
    email mail id please thanks contact reach available hai hain ka ki ke ko se ne aur ya nahi naam mera
    unka inka uska number nambar है हैं का की के को से ने और या नहीं नाम मेरा उनका इनका उसका नंबर फोन
    मोबाइल ji जी sahab साहब sir madam
    """
    )
)
"""Words that end a name even behind a cue."""

NAME_CUES = (
    "name is", "name's", "names", "name", "contact is", "contact person is", "contact will be", "contact would be",
    "person is", "called", "named", "speak to", "speak with", "talk to", "ask for", "call", "reach", "that is", "that's",
    "this is", "it is", "it's", "he is", "she is", "i am", "i'm", "contact", "will be", "would be", "manager is",
    "supervisor is", "should be", "naam hai", "naam", "नाम है", "नाम", "put", "write", "myself",
)  # fmt: skip

STRONG_CUES = ("name is", "name's", "named", "naam hai", "नाम है", "name:")
"""Behind these any word that is no function word is a name."""

DOUBLE = frozenset({"double", "dabal", "डबल"})
TRIPLE = frozenset({"triple", "treble", "tripal", "ट्रिपल"})
OH = frozenset({"oh", "o", "nought", "naught", "nil"})
PLUS = frozenset({"plus", "प्लस"})
HESITATION = frozenset({"um", "umm", "uh", "uhh", "er", "erm", "hmm", "ah"})
EXTENSION = frozenset({"ext", "extension", "extn"})

AT = (
    ("at", "the", "rate", "of"), ("at", "the", "rate"), ("at", "rate"), ("at", "sign"), ("at", "symbol"), ("@",), ("at",),
    ("एट", "द", "रेट"), ("ऐट", "द", "रेट"), ("एट", "दी", "रेट"), ("एट",), ("ऐट",), ("अट",), ("एटदरेट",), ("attherate",),
)  # fmt: skip
CONNECTORS = {
    "dot": ".", "डॉट": ".", "डाट": ".", "period": ".", "underscore": "_", "अंडरस्कोर": "_", "dash": "-",
    "hyphen": "-", "हाइफन": "-", "डैश": "-", "plus": "+", "प्लस": "+", ".": ".", "_": "_", "-": "-", "+": "+",
}  # fmt: skip
DEVANAGARI_DOMAINS = {
    "जीमेल": "gmail", "याहू": "yahoo", "हॉटमेल": "hotmail", "आउटलुक": "outlook", "रेडिफमेल": "rediffmail", "कॉम": "com",
    "काम": "com", "इन": "in", "को": "co", "ओआरजी": "org", "नेट": "net",
}  # fmt: skip
PROVIDERS = frozenset(
    listed(
        """
    gmail yahoo hotmail outlook rediffmail rediff icloud proton protonmail live msn aol zoho
    """
    )
)
EMAIL_STOPS = frozenset(
    listed(
        """
    is my the email mail e-mail id ids address on to at it it's its me reach write send contact him her
    his and or use please hai mera meri ka ki ke par pe को का की के है मेरा मेरी ईमेल मेल आईडी पता यह
    उनका unka inka for you can uh um so yes
    """
    )
)
