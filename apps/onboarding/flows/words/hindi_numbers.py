"""Hindi cardinals from 0 to 99, in Devanagari and as people type them in Latin letters."""

from apps.onboarding.flows.words import listed

DEVANAGARI = listed(
    """
    शून्य/सिफर/जीरो/ज़ीरो एक दो तीन चार पांच/पाँच छह/छः/छे/छ सात आठ नौ दस ग्यारह बारह तेरह चौदह
    पंद्रह/पन्द्रह/पंदरह सोलह सत्रह/सतरह अठारह/अट्ठारह उन्नीस बीस इक्कीस बाईस/बाइस तेईस/तेइस चौबीस
    पच्चीस/पचीस छब्बीस सत्ताईस/सत्ताइस अट्ठाईस/अठाईस/अट्ठाइस/अठाइस उनतीस/उन्तीस तीस इकतीस/इकत्तीस बत्तीस
    तैंतीस/तेंतीस चौंतीस/चौतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस/उन्तालीस चालीस इकतालीस/इकतालिस
    बयालीस/बयालिस तैंतालीस/तैंतालिस चौवालीस/चवालीस/चौंतालीस पैंतालीस/पैंतालिस छियालीस/छयालीस सैंतालीस
    अड़तालीस उनचास/उन्चास पचास इक्यावन बावन तिरपन/तिरेपन चौवन/चौअन पचपन छप्पन सत्तावन अट्ठावन/अठावन उनसठ
    साठ इकसठ बासठ तिरसठ/तिरेसठ चौंसठ/चौसठ पैंसठ छियासठ सड़सठ/सरसठ अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर
    तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी/उन्यासी अस्सी इक्यासी बयासी तिरासी चौरासी
    पचासी छियासी सत्तासी/सतासी अट्ठासी/अठासी नवासी नब्बे इक्यानवे/इक्यानबे बानवे/बानबे तिरानवे/तिरानबे
    चौरानवे/चौरानबे पचानवे/पंचानवे/पचानबे/पंचानबे छियानवे/छियानबे सत्तानवे/सतानवे/सत्तानबे
    अट्ठानवे/अठानवे/अट्ठानबे निन्यानवे/निन्यानबे
    """
)

ROMAN = listed(
    """
    shunya/zero/sifar/jiro ek do teen/tin char/chaar paanch/panch/paach/pach
    chhah/chhe/chah/che/cheh/chhai/chhaha saat aath/aanth nau das/dus gyarah/gyara/gyaarah
    barah/baarah/bara/baara terah/tera/tehra chaudah/chauda/choda/chaudha pandrah/pandra/pandhra
    solah/sola satrah/satra/sattrah atharah/athara/attharah/atthara unnis/unnees bees/bis
    ikkis/ikkees/ikees bais/baees/baais teis/teyis/tais chaubis/chaubees/chobis
    pacchis/pachees/pachis/pachchis/pachchees/pacchees chabbis/chhabbis/chhabbees/chabbees
    sattais/sattaees/sataees athais/atthais/atthaees untis/unatis/untees/unnattis tees
    ikattis/iktis/ikattees/ikatis battis/battees taintis/tentis/taintees/tetis
    chauntis/chautis/chauntees paintis/paintees/pentis chattis/chhattis/chattees saintis/saintees/sentis
    adtis/artis/adtees/artees untalis/untaalis/unchalis chalis/chaalis/chalees/chaalees
    iktalis/ikatalis/iktalees bayalis/bayalees/byalis taintalis/tetalis/tiralis
    chavalis/chauvalis/chawalis/chauwalis paintalis/paintalees/pentalis chiyalis/chhiyalis/chhiyalees
    saintalis/sentalis adtalis/artalis unchas/unchaas/unanchas pachas/pachaas ikyavan/ikyawan/ikkyavan
    bavan/bawan/baavan tirpan/tirepan chauvan/chauwan/chavvan pachpan/pachapan chappan/chhappan
    sattavan/satavan/sattawan athavan/atthavan/athawan/atthawan unsath/unasath saath/sath iksath/ikasath
    basath/baasath tirsath/tiresath chausath/chaunsath painsath/paisath chiyasath/chhiyasath
    sadsath/sarsath adsath/arsath unhattar/unahattar sattar ikhattar/ikahattar bahattar/bahatar
    tihattar/tehattar chauhattar/chohattar pachattar/pachhattar/pachahattar/pichattar/pachhatar
    chihattar/chhihattar/chiyattar satattar/sathattar/satahattar athattar/athahattar/atthattar
    unasi/unnasi/unyasi assi ikyasi/ikkyasi bayasi/byasi tirasi chaurasi/chorasi pachasi/pichasi
    chiyasi/chhiyasi satasi/sattasi athasi/atthasi navasi/nawasi nabbe/nabe/navve
    ikyanave/ikyanve/ikyanbe banave/banve/baanve/banbe tiranave/tiranve/tiranbe
    chauranave/chauranve/chauranbe pachanave/pachanve/panchanave/pachanbe chiyanave/chhiyanve/chiyanve
    satanave/sattanave/sattanve/satanve athanave/atthanave/atthanve/athanve
    ninyanave/ninyanve/ninyanbe/ninanve
    """
)

SCALES = {
    "सौ": 100, "हजार": 1_000, "हज़ार": 1_000, "लाख": 100_000, "करोड़": 10_000_000, "करोड": 10_000_000,
    "sau": 100, "hazar": 1_000, "hazaar": 1_000, "hajar": 1_000, "hajaar": 1_000,
    "lakh": 100_000, "lakhs": 100_000, "lac": 100_000, "lacs": 100_000, "laakh": 100_000,
    "crore": 10_000_000, "crores": 10_000_000, "karod": 10_000_000, "karor": 10_000_000,
}  # fmt: skip

ONE_AND_HALF = frozenset({"डेढ", "डेढ़", "dedh", "derh", "dedhh", "deedh"})
TWO_AND_HALF = frozenset({"ढाई", "अढाई", "dhai", "dhaai", "adhai"})
PLUS_HALF = frozenset({"साढे", "साढ़े", "sadhe", "saadhe", "sarhe", "saade", "sade", "sadhey"})
PLUS_QUARTER = frozenset({"सवा", "sava", "sawa", "savaa"})
LESS_QUARTER = frozenset({"पौने", "पौन", "paune", "pone", "pauney"})
HALF = frozenset({"आधा", "आधे", "आधी", "aadha", "adha", "aadhe", "adhe", "aadhi"})
