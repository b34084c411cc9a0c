"""Words that may stand around an answer, and words that make an answer doubtful. All folded."""

# ruff: noqa: E501 - tables of words read better in full lines


def _set(text: str) -> frozenset[str]:
    return frozenset(text.replace("ँ", "ं").replace("़", "").split())


FILLERS = _set("""
a an the this that these those it its it's is are was were be been being am i i'm i'd i'll i've we we're we've
we'll you your our ours us my me mine they them their he she there there's here here's that's what's has have had
having got get gets getting will would shall should can could may need needs needed require requires required want
wants wanted do does did say says said tell like just only exactly precisely right now currently today presently
present please kindly sir madam ma'am mam ok okay yes yeah yep ya yup sure well so um umm uh uhh er erm hmm ah oh
hi hello hey thanks thank actually basically honestly normally usually generally typically mostly roughly about
around approx approximately nearly almost circa think guess believe suppose reckon say for of in on at to from with
by into inside within as per total totals totally altogether overall whole entire all together sum count number
numbers nos no. amount amounts figure answer put set make keep take use using let lets let's and then also too
site building place premises property facility campus complex company location unit area people person persons
staff men man women guys pcs pieces nos each's big small large main new old whole one's mere hain hai he h hoon hun
tha the thi ho hoga honge hogi rahega rahenge hamare hamara humare humara hamari humari mera meri mere apna apne
yahan yaha yahaan wahan vahan waha pe par mein me mai main ka ke ki ko se tak ne to bhi hi kul milakar mila kar
lagbhag kareeb karib takriban bas sirf keval ji sahab saab bhai aap aapke aapka humein hame chahiye chaiye chahie
rakho rakhna rakhiye likho likhiye likh lo lijiye karo kardo kijiye dijiye do. dena abhi aur haan han theek thik
log logon aadmi banda bande wala wale wali
है हैं हूं हो होगा होंगे होगी रहेगा रहेंगे था थे थी हमारे हमारा हमारी मेरा मेरी मेरे अपना अपने यहां वहां यह ये वह वो
इसका इसके इसकी उसका उसके पर में का के की को से तक ने तो भी ही कुल मिलाकर मिला कर करीब लगभग तकरीबन बस सिर्फ केवल जी साहब
भाई आप हमें चाहिए चाहिये रखो रखना रखिए लिखो लिखिए लिख लो लीजिए करो कीजिए दीजिए अभी और हां ठीक लोग लोगों आदमी वाला वाले वाली
कृपया मैं हम मुझे बताया संख्या
""")

APPROXIMATE = _set(
    "about around approx approximately roughly nearly almost lagbhag kareeb karib करीब लगभग तकरीबन"
)

DANGER = _set("""
or either maybe perhaps possibly probably except excluding but not than plus minus if unless depends depending
several few some couple pair bunch versus vs least most upto up under over above below beyond fewer less more minimum maximum min max
negative shayad kam zyada jyada adhik ya_ agar lekin magar chhodkar chodkar siwaye kuch ek-do
या शायद कम ज्यादा अधिक अगर लेकिन मगर छोडकर सिवाय कुछ per each every har prati हर प्रति half quarter
aadha आधा another additional extra basement basements mezzanine don't can't isn't aren't never nothing
""")
"""Beside a number these change its meaning, or show that the speaker is not sure: then we ask."""

OR_WORDS = _set("or ya या athva अथवा")
AND_WORDS = _set("and aur और तथा एवं & plus va evam tatha also bhi भी")
TO_WORDS = _set("to till until upto thru through - ~ se से tak")
REPAIR = _set(
    "sorry wait rather mean correction oops scratch nahi nahin नहीं matlab मतलब no actually instead balki बल्कि"
)
NOT_WORDS = _set("not no without n't never except excluding minus but_ mat nahi nahin नहीं मत बिना bina")
LESS_THAN = (
    "up to", "upto", "at most", "not more than", "no more than", "less than", "fewer than", "under", "below",
    "maximum", "max", "se kam", "से कम", "adhiktam", "अधिकतम", "zyada se zyada", "ज्यादा से ज्यादा", "tak", "तक",
)  # fmt: skip
MORE_THAN = (
    "at least", "not less than", "no less than", "more than", "over", "above", "minimum", "min", "se zyada",
    "se jyada", "se adhik", "से ज्यादा", "से अधिक", "kam se kam", "कम से कम", "upwards of", "beyond", "greater than",
)  # fmt: skip

NOTHING = (
    "none", "nothing", "no", "nil", "zero", "not any", "none of these", "none of them", "none of the above", "na",
    "n a", "not applicable", "kuch nahi", "kuchh nahi", "koi nahi", "koi bhi nahi", "nahi", "nahin", "nahi hai",
    "कुछ नहीं", "कोई नहीं", "कोई भी नहीं", "नहीं", "नहीं है", "कुछ भी नहीं", "kuch bhi nahi", "nothing at all",
    "there are none", "there is none", "we have none", "we don't have any", "don't have any", "no such thing", "neither",
    "none at all", "nope", "not at all", "nothing as such", "no none", "there aren't any", "we do not have any",
    "nothing special", "nothing else", "nothing much", "nothing really", "kuch khas nahi", "kuch khaas nahi", "कुछ खास नहीं", "no nothing", "bilkul nahi", "बिल्कुल नहीं", "इनमें से कोई नहीं",
    "inme se koi nahi", "koi nahi hai", "कोई नहीं है", "kuch nahi hai", "कुछ नहीं है", "no one", "empty", "null",
)  # fmt: skip
"""Whole utterances that mean "zero" or "the empty list"."""
