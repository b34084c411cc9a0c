"""Hindi, in Devanagari and as it is typed in Latin letters."""

from __future__ import annotations

from apps.onboarding.flows.words import hindi_numbers
from apps.onboarding_api.services.pii_integration.engine.packs import Language, counted


def _numbers() -> dict[str, int]:
    table = {
        word: value
        for value, spellings in enumerate(hindi_numbers.ROMAN)
        for word in reversed(spellings.split("/"))
    }
    for value, spellings in enumerate(hindi_numbers.DEVANAGARI):
        for word in spellings.split("/"):
            table[word] = value
            table[word.replace("\u093c", "").replace("ँ", "ं")] = value
    spoken = "जीरो वन टू थ्री फोर फाइव सिक्स सेवन एट नाइन"
    return table | counted(spoken)


PACK = Language(
    code="hi",
    announces="""तैयार किया, तैयारकर्ता, जाँचा, जाँचकर्ता, हस्ताक्षर, भवदीय, प्रेषक, बदली, संपर्क, upasthit,
        hastakshar, mera
        naam, mera nam, mera name, unka naam, uska naam, inka naam, mera naam hai, mera name hai, unka naam hai, mera
        shubh naam, मेरा नाम, मेरा नाम है, मेरा पूरा नाम, मेरा शुभ नाम, उनका नाम, उनका नाम है, उसका नाम, इनका नाम,
        संपर्क व्यक्ति, श्री, श्रीमती, सुश्री, shri, shrimati, smt, sri, thiru, selvi, kumari, shriman, syed, mohd, ke
        naam par, के नाम पर, ke naam se, के नाम से, naam hai, नाम है, उपनाम, surname hai, naam likho, नाम लिखो, नाम
        लिखिए, naam likhiye""",
    suggests="""उपस्थित, आगंतुक, किराएदार, main, mai, mein, मैं, मै, नमस्ते मैं, namaste main, namaste, namaskar,
        नमस्ते,
        नमस्कार, गेट पर, gate par, चाबी, chabi, डॉ, डॉक्टर, dr, संपर्क, sampark, धन्यवाद, dhanyavaad, shukriya, bhai,
        भाई, naam, pucho, poocho, bulao, miliye, milo, ji namaste, कहिए, पूछो, बुलाओ, मिलिए""",
    titles="श्री श्रीमती सुश्री डॉ डॉक्टर shri shrimati smt sri thiru selvi kumari shriman",
    roles="""सिस्टर नर्स टेक्नीशियन ऑपरेटर हेल्पर स्वीपर सिक्योरिटी रिसेप्शनिस्ट वॉर्डबॉय वार्डन फोरमैन लाइनमैन
    कारपेंटर पेंटर वेल्डर मैकेनिक अकाउंटेंट क्लर्क टीचर बॉस किराएदारनी चपरासी रसोइया मैनेजर गार्ड सुपरवाइजर मालिक
    चौकीदार प्लंबर इलेक्ट्रीशियन ड्राइवर इंजीनियर पति पत्नी बेटा बेटी पिता
        माता भाई
        बहन किराएदार malik chowkidar saathi bhaiya didi chacha mama patni pati beta beti pita mata behen kirayedar
        dost maalik guard supervisor manager प्रभारी इंचार्ज मिस्त्री ठेकेदार सफाईकर्मी माली रसोइया साथी दोस्त पड़ोसी
        सहकर्मी लेखाकार अधिकारी कर्मचारी सहायक साहब incharge mistri thekedar padosi adhikari karamchari bawarchi
        bhabhi jija saala devar nanad bua mausi mami nana nani dada dadi भाभी जीजा बुआ मौसी दादा दादी नाना नानी चाचा
        मामा""",
    called="है हैं hai hain naam का ka",
    follows="ने ne bol बोल जी साहब साहेब जी, ji sahab saab saheb bhai bhaiya भाई भैया madam मैडम didi दीदी",
    acts="""को ko ने ne kahte bata rakhte rahte aate keh kehta kehti kehte kaha bola boli bole bataya batayi pucha
        poocha
        maanga maangta chala chali gaya gayi gaye bhool bhul nikal nikla nikli baith baitha soya soyi roya hasa khada
        khadi khade bimar beemar chhutti chutti late aaya aayi aaye aayega aayegi jaayega jayega jayegi rukega rukegi
        rehga karega karegi lega legi dega degi utha uthayega sambhalega sambhalegi dekhega dekhegi dekh milega milegi
        samjha likha likhta padha khola kholega bulaya bulate पूछा कहा कहते कहता कहती बोला बोली बोले बताया गया गई गए
        आएगा आएगी जाएगा जाएगी रुकेगा रुकेगी लेगा लेगी देगा देगी करेगा करेगी संभालेगा संभालेगी देखेगा देखेगी मिलेगा
        मिलेगी बीमार बीमारी बैठा बैठी खड़ा खड़ी खड़े सोया भूल निकला निकली आया आई आए चला चली""",
    does="रहता रहती रहते से का के की में se ka ke ki mein aaj kal",
    articles="yeh ye woh ek har is us यह ये वह एक हर इस उस",
    calls="arre are arey oye suno अरे ओ सुनो शुक्रिया धन्यवाद shukriya dhanyavaad",
    selves="main mai मैं",
    being="hoon hun hu हूँ हूं bol बोल baat बात",
    joined_with="saath साथ",
    joins="aur और व एवं तथा",
    greets="namaste namaskar नमस्ते नमस्कार",
    sign_offs="धन्यवाद dhanyavaad shukriya भवदीय",
    name_labels="",
    owners="""गार्ड मैनेजर मालिक सुपरवाइजर पति पत्नी पिता माता भाई बहन ग्राहक malik pati patni pita mata
        bhai behen""",
    introduces="यह ये yeh ye",
    stops="""hai hain hoon hun hu h aur main mein mai bol raha rahi rahe ka ki ke ko se ne par pe wala
        wale wali mat nahi nahin bhi hi to ya jo yeh ye woh wo kya kab kahan kaise mera meri mere hamara hamari
        hamare aap aapka unka uska yahan wahan tak liye ji sahab है हैं हूँ हूं हुं और मैं मेरा मेरी मेरे हमारा
        हमारी हमारे का की के को से में पर ने बोल रहा रही रहे वाला वाले वाली जी साहब यह ये वह वो था थी थे भी ही
        तो या जो तक लिए मत नहीं कर करें फोन फ़ोन मोबाइल नंबर ईमेल पता साल कृपया""",
    everyday="""shabash bdiya badhiya bola ruko suno dekhiye chaliye chalo zaroor bilkul pakka yaar arrey jaldi dhyan
    taala jharu pocha kachra safai gate guard supervisor manager site lift shift meter paani tanki kaam theek thik accha
        achha subah shaam raat din dopahar baje chutti kharab band khula darwaza chabi ghar makaan makan imarat
        manzil kamra hazaar lakh crore rupaye paise somvar mangalvar budhvar guruvar shukravar shanivar ravivar
        holi diwali likhiye bataiye dijiye kijiye karo karna karte karta karti dekhta dekhti rakhta rakhti
        kholta kholti rehta rehti rahta rahti aata aati jaata jaati milta baat log jaldi hamesha abhi kal aaj
        parso pehle baad andar bahar upar neeche paas door saath sab kuch koi bahut thoda zyada kam naya purana
        bada chota accha bura sahi galat jawab sawal madad bijli jagah samay waqt mahina saal hafta bas itna
        haan namaste dhanyavaad shukriya kripya sampark vyakti malik pata mera bhaiya vyavastha rakhiye miliye
        poochiye गेट गार्ड सुपरवाइजर मैनेजर साइट छुट्टी लिफ्ट शिफ्ट मीटर बिल ऑर्डर टैग सोमवार मंगलवार बुधवार
        गुरुवार शुक्रवार शनिवार रविवार""",
    ambiguous="""खुशी ओम चाँद रोशनी आस्था मुक्ति भक्ति तेज नूर शमा चमेली aastha mukti bhakti
        भारत काम राज्य लाल शक्ति दर्शन प्रसाद कला विशाल रचना रानी काली महात्मा सरल शर्म अमर
        उत्तम ऋषि कल्पना माया आकाश गौरव प्रतिमा पवन स्वर्ण विद्या प्रतिभा प्रसन्न चंद्र रत्न नवीन माला लीला
        ज्योतिष शोभा तारा नित्य प्रभात सितारा सती जया पद्म अभय असीम अनन्त विजय प्रकाश किरण ज्योति पूजा आनंद
        आनन्द शांति आशा कमल राज सूरज दीपक दीप वीणा विवेक शनि संगीत ललित काजल मुस्कान सागर हीरा मोती चांद सोना
        सपना संतोष धर्म कर्म गंगा यमुना ऐश्वर्या प्रेम गीत विनय नीलम चेतना श्री जय सिंह राम गणेश गांधी महावीर
        भगत कदम राय मालिक दास नाथ प्रधान सरकार शाह सीमा वंदना अर्चना आरती मंगल बसंत asha aasha kiran prakash
        jyoti pooja puja anand shanti vijay raj deepak suraj amar kamal mangal ganga moti heera sona sapna
        santosh dharam karma prem geet seema vandana archana aarti basant akash gaurav kala rachna navin tara
        sagar chand din lata jati ise karan aage ane aane bina dena tere mila gaye jaan jari aadi adi teri lene
        sena mile ati khaan nae sari tera lena baba baki sanskriti antim darshan raksha chuki bharti maanav leta
        asali karani atma hawa hava akar kara prasad tasvir yar rikard mara mare rakhi javan rahat daan dono
        rachana jagat yug lut loot saka adarsh yani sanket salah vada jara ayu asani maja saksham tamam viman
        vidyut uttam kasam pushti kaan bahari sadhana jina pahal jad baari daud jodi lega sine hakikat uda warta
        leke putri hani saar sune lana sani bali sangram jhalak dadi josh ansh mandi samaksh kamar nate teerth
        patti kari pratiksha esi pina sava kaj jaga dane bahati akalan ahat racha timon karon valon anya diya
        veer""",
    kinds_after="""टावर नगर रोड अस्पताल पार्क फैक्ट्री मॉल अपार्टमेंट सोसाइटी मार्ग चौक भवन बाजार स्कूल
        कॉलेज स्टेशन वैली कोर्ट पावर सरकार स्तंभ मंदिर पंप bazaar marg chowk bhavan nagar mandir""",
    things="साइट बिल्डिंग कंपनी सोसाइटी कम्पनी दुकान स्कूल site building company society dukaan imarat",
    numbers=_numbers(),
    hundreds="sau सौ",
    thousands="hazaar hazar हजार हज़ार",
    repeats={"डबल": 2, "ट्रिपल": 3},
    everyday_numbers="do das sat teen bara tera sola char saath bis tis che chah dus",
    at="एट ऐट",
    dot="डॉट डाट पॉइंट",
    marks={"अंडरस्कोर": "_", "हाइफन": "-", "डैश": "-", "प्लस": "+"},
    mail_hosts="जीमेल याहू हॉटमेल आउटलुक रेडिफमेल",
    mail_endings="कम कॉम इन नेट ओआरजी",
    no_mailbox="hai mein है",
    before_mailbox="hai मेल ईमेल है",
    cues={
        "PHONE": """mera no, mera naya no, naya no, naya number, mera number, mera naya number, number likho, naya
        mobile, mera number, number hai, phone hai, naabar, naambar, unka number, फोन, फ़ोन, मोबाइल,
            मोबाईल, नंबर, नम्बर, संपर्क, कॉल, व्हाट्सएप, दूरभाष""",
        "CARD": "कार्ड",
        "AADHAAR": "aadar, aadaar, aadhar, aadhaar, adhar, uidai, uid, आधार",
        "PAN": "pan, pan no, pan number, pan card, income tax, tax, पैन, पैन नंबर, पैन कार्ड",
        "PASSPORT": "पासपोर्ट, पासपोर्ट नंबर",
        "LICENCE": "ड्राइविंग लाइसेंस, लाइसेंस, लाइसेंस नंबर",
        "PLATE": "गाड़ी, वाहन, gaadi, gadi",
        "DOB": """जन्मदिन, janam, janam din, janamdin, janmdin, janm tarikh, janam tarikh, paida, जन्म,
            जन्म तिथि, जन्म तारीख, जन्म दिनांक, जन्मतिथि, janm, janm tithi, janm tareekh""",
        "IDENTITY": "वोटर आईडी, पहचान पत्र",
        "IP": "आईपी, सर्वर",
        "GPS": "mera ghar, मेरा घर",
        "NOT": """टिकट, टिकट नंबर, शिकायत नंबर, मीटर, रीडिंग, ऑर्डर, बिल, कीमत, रुपये, चालान, टैग, कमरा,
            पिन, टोकन, सीरियल, मॉडल, खाता, क्षेत्रफल, रसीद""",
    },
    links="hai, है, था, नंबर, number, का, ka",
    units="""रुपये, रुपए, यूनिट, मीटर, फुट, लाख, करोड़, हजार, लीटर, लोग, गार्ड, घंटे, baje, बजे, rupaye,
        ghante, manzil, मंजिल""",
    months="जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    home="""main rehta hoon, main rehti hoon, mera ghar, मेरा घर, घर का पता, मेरा पता, मैं रहता हूँ,
        mera pata, ghar ka pata, निवास""",
    home_ends=r"\sऔर मेरा|\saur mera|\sमें (?:है|रहता|रहती)|\smein (?:hai|rehta|rehti|rahta|rahti)",
    home_around=(
        (
            "main|मैं|hum|हम|woh|wo|vo|ve|वह|वो|वे|ye|यह",
            "(?:mein|me|में|par|पर) (?:rehta|rehti|rahta|rahti|rehte|रहता|रहती|रहते)",
        ),
    ),
    home_words="ghar घर निवास rehta rehti rehte रहता रहती रहते kirayedar किराएदार",
    versions="version संस्करण वर्ज़न वर्जन सॉफ्टवेयर software install इंस्टॉल अपडेट update",
    streets="मकान सेक्टर गली मोहल्ला makaan gali mohalla sector",
    secrets="पासवर्ड, कूट",
)
