"""German, of Germany, Austria and Switzerland."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine.packs import Language, counted

_UNITS = """null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
    siebzehn
    achtzehn neunzehn"""
_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_JOINED = "ein zwei drei vier fünf sechs sieben acht neun"

PACK = Language(
    code="de",
    announces="""ich heis, ich heise, mein nahme ist, erstellt von, geprüft von, unterschrieben von, freigegeben von,
    beschwerde von, gezeichnet, gez,
        abgelöst von,
        vertreten durch, ein gewisser, eine gewisse, ich heiße, ich heisse, mein name ist, er heißt, sie heißt, heißt,
        heisst, herr, herrn, frau, fräulein, unterschrieben von, freigegeben von, geprüft von, genehmigt von,
        abgelesen von, empfangen von, im namen von, man nennt mich, nennt mich, nennen sie mich, namens, tragen sie,
        nachname ist, mit namen, mit dem namen, genannt, sogenannter herr, auf den namen, nachname, der name ist, name
        ist, unterzeichnet von""",
    suggests="""ich bin der, ich bin die, hier ist der, hier ist die, bins, ich bins, frag den, frag die, sag dem,
    sag der, anwesend, ansprechpartner, ansprechpartnerin, mitarbeiter, mitarbeiterin, mieter, zeuge, gast,
        besucher,
        wachmann, ablösung, kontakt, neben mir sitzt, warten auf, warten noch auf, das ist, ich bin, hier ist, hier
        spricht, fragen sie nach, fragen sie, fragt nach, frag nach, frag, fragen nach, sagen sie, sag, sprechen sie
        mit, sprechen mit, gesprochen mit, rufen sie, ruf, rufen, bitte, laut, danke, hallo, hi, moin, servus, guten
        tag, guten morgen, lieber, liebe, geehrter, geehrte, grüße, gruß, gruss, grüßen, ansprechpartner,
        ansprechpartnerin, ansprechpartner ist, ansprechpartnerin ist, kontakt, kontaktperson, liegen bei, liegt bei,
        sind bei, ist bei, schlüssel hat, hat, bitte an, rechnung an, an, informieren sie, benachrichtigen sie, dr,
        prof, doktor, professor, ing, wer ist, ist, warten sie auf, termin mit, treffen mit, vertreten durch, geleitet
        von, betreut von, übergeben an, wenden sie sich an, melden sie sich bei, bei, mit, von, gehört, gehört der,
        gehört dem, ausgegeben an, übergeben von, zurückgegeben von, bestellt von, genehmigt durch, gemeldet von,
        gemeldet durch, beantragt von, geöffnet von, getauscht mit, tauscht mit, besprochen mit, verheiratet mit,
        befreundet mit, dank, guten abend, willkommen, glückwunsch, das war, das macht, macht, es war, funkgerät hat
        jetzt, hat jetzt, jetzt hat, eskalieren an, zuständig ist, verantwortlich ist""",
    leads="mit von bei für an nach laut und oder durch",
    titles="herr herrn frau fräulein dr prof doktor professor ing dipl",
    roles="""leiter leiterin objektleiter objektleiterin schichtleiter schichtleiterin nachtwächter wachmann klempner
        elektriker elektrikerin eigentümer eigentümerin vermieter vermieterin mieter mieterin hausmeister
        hausmeisterin verwalter verwalterin techniker technikerin kollege kollegin chef chefin freund freundin nachbar
        nachbarin kunde kundin besucher besucherin geschäftsführer geschäftsführerin vorarbeiter bauleiter bauleiterin
        assistent assistentin sekretärin sekretär pförtner inspektor kapitän ehefrau ehemann mann sohn tochter bruder
        schwester vater mutter onkel tante gärtner koch maler maurer mechaniker mitarbeiter mitarbeiterin
        ansprechpartner ansprechpartnerin stellvertreter stellvertreterin wächter direktor direktorin vorarbeiterin
        azubi praktikant praktikantin lehrling buchhalter buchhalterin fahrer fahrerin lieferant bote botin monteur
        monteurin schlosser schreiner tischler installateur reiniger reinigerin aushilfe schwager schwägerin
        schwiegersohn schwiegermutter enkel enkelin neffe nichte cousin cousine opa oma partner partnerin verlobte
        verlobter putzfrau reinigungskraft wachfrau objektschützer""",
    called="ist heißt heisst sind namens war",
    follows="spricht apparat",
    acts="""sagt sagte kommt kam bleibt blieb springt geht ging ruft rief wohnt unterschreibt fährt arbeitet wartet
        meldet
        sagt sagte meint fragt will wollte unterschreibt unterschrieb genehmigt arbeitet wohnt ruft rief schrieb
        schickt liest prüft bestätigt weiß glaubt machen führt braucht bringt holt vergisst vergaß tauscht tauschte
        getauscht kletterte klettert fiel stürzte schläft schlief isst aß schreit lacht weint verspricht versprach
        behauptet behauptete meinte empfiehlt schlägt hilft half repariert reparierte putzt putzte installiert parkt
        parkte verlor findet fand nimmt nahm gibt gab trägt trug sieht sah hört hörte kennt kannte hofft hoffte
        entschied vertritt übernimmt übernahm krank""",
    does="hat hatte ist war wird kann muss soll öffnet schließt kommt kam geht steht läuft macht",
    articles="""der die das den dem des ein eine einen einem einer eines dieser diese dieses kein keine
        im am zum zur ins beim vom zwei drei vier fünf""",
    calls="hey hallo danke morgen moin ok gewisser gewisse gewissen",
    joined_with="mit bei",
    joins="und",
    greets="hallo tag moin servus morgen abend",
    sign_offs="grüßen grüße gruß gruss danke hochachtungsvoll",
    name_labels="nachname vorname familienname",
    owners="kunden besucher mitarbeiter",
    particles="von van zu zur zum der den",
    introduces="das hier es",
    stops="""und oder ich bin du er sie es wir ihr von aus in mit der die das den dem des ein eine einen
        einem einer ist sind war hat haben wird bei auf an am im zu zum zur für nach vor über unter nicht auch
        noch schon nur sehr so wohne nummer telefon handy mail adresse morgen heute gestern bitte wenn dass ob
        als wie wo da hier""",
    everyday="""mo di mi do fr sa so direktor objektleiter leiter wachmann gebäude
        objekt tor eingang haupteingang keller
        empfang zentrale montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz april
        mai juni juli august september oktober november dezember tag morgen abend alles ordnung fertig dringend
        ort wachdienst name vorname nachname rechnung bestellung fläche modell zähler herr frau damen herren
        urlaub krank schicht dienst""",
    ambiguous="""einer allen leider tage anders beste ernst lage mai tod juli juni darin bett mio jung
        stein tor tore naja forum bitten oma nazi reine wille saal heide kader mars melodie isis dom eisen wolf
        rose kurt christen kaiser reiner bergen golf april august linde silvester hagen mark markt jude uno sang
        royal yoga pastor solange davor engel viola flora blume urban max klein lang kurz gross groß winter
        sommer koch bauer richter schneider fischer müller schmidt weber wagner becker hoffmann schäfer bäcker
        meister vogel fuchs berg bach wald feld stern sonne mond gold silber glück freitag""",
    kinds_after="""straße strasse platz allee weg gasse ring ufer damm hof haus turm park zentrum klinik
        schule werk gmbh ag kg aufzüge gebäudereinigung heizungsbau sanitär gartenbau spedition elektrotechnik
        sicherheitsdienst gebäudetechnik hausverwaltung immobilien""",
    kinds_before="""bäckerei apotheke buchhandlung drogerie optiker metzgerei supermarkt boutique friseur straße
    platz hotel krankenhaus klinik schule universität residenz objekt gebäude
        turm werk lager sankt st schloss burg kirche bahnhof flughafen einkaufszentrum haus villa café
        restaurant apotheke bank firma stadt raum sitzungssaal""",
    things="gebäude firma objekt projekt straße produkt marke laden hotel dienst datei stadt standort",
    numbers=counted(_UNITS)
    | counted(_TENS, 20, 10)
    | {
        f"{unit}und{ten}": value + units
        for unit, units in counted(_JOINED, 1).items()
        for ten, value in counted(_TENS, 20, 10).items()
    }
    | {"ein": 1, "eine": 1, "zwo": 2, "dreissig": 30, "fuenf": 5, "funf": 5, "zwoelf": 12},
    hundreds="hundert",
    thousands="tausend",
    repeats={"doppel": 2},
    everyday_numbers="ein eine null acht elf",
    at="ät aett",
    dot="punkt",
    marks={"unterstrich": "_", "bindestrich": "-", "strich": "-"},
    no_mailbox="ist meine um",
    before_mailbox="ist adresse lautet unter",
    cues={
        "PHONE": """neue nr, meine nr, meine neue nr, neue nummer, meine nummer, meine neue nummer, nummer, telefon*,
        handy, rufnummer, anruf*, mobil, erreichen sie, erreichbar,
            durchwahl, rufen sie""",
        "CARD": "karte, kreditkarte",
        "PASSPORT": "reisepass, reisepassnummer, passnummer",
        "LICENCE": "fuhrerschein, fuhrerscheinnummer, führerschein, führerscheinnummer",
        "PLATE": "kennzeichen, auto, fahrzeug",
        "DOB": "geb, geb., geburtsdat*, geboren, geboren am, geburtsdatum, geburtstag",
        "IDENTITY": """personalausweis, personalausweisnummer, ausweis, ausweisnummer, steuer-id, steuer
            id, steuernummer, steuerid*, steuer-id*, steueridentifikationsnummer, sozialversicherungsnummer""",
        "IP": "ip-adresse, rechner",
        "IBAN": "konto",
        "NOT": """bestellung, rechnung, zahler*, zähler*, preis, artikel, aktenzeichen, referenz, postleitzahl,
            plz, flache,
            fläche, budget, modell, serie, seriennummer, auftrag*, kundennummer, betrag, zimmer, etage, version,
            angebot, lieferschein, bestellnummer, rechnungsnummer, artikelnummer, angebotsnummer, auftragsnummer,
            vorgang, vorgangsnummer, sendung, sendungsnummer, lieferscheinnummer, anfrage, reklamation, ticketnummer,
            chargennummer, vertragsnummer,,,,""",
    },
    links="ist, war, der, die, das, nummer, nr, zeigt, beträgt",
    units="""meter, quadratmeter, liter, euro, kilo, stunde, stunden, tag, tage, stockwerk, stockwerke,
        personen, besucher, wachen, uhr""",
    months="januar februar märz april mai juni juli august september oktober november dezember mär okt dez",
    home="""ich wohne, er wohnt, sie wohnt, wir wohnen, wohnhaft, wohnhaft in, privatadresse, privatanschrift, nach
        hause,
        wohnanschrift, wohnadresse, meine anschrift, meine adresse, mein haus ist, mein haus liegt, mein haus liegt
        bei, meine wohnung ist, meine wohnung liegt, meine wohnung liegt bei, ich wohne bei, ich wohne in, ich wohne
        in der, ich wohne in dem, ich wohne a, ich wohne am, er wohnt in, er wohnt in der, sie wohnt in, sie wohnt in
        der, meine anschrift ist, meine anschrift lautet, meine adresse ist, meine adresse lautet, wohnhaft, wohnhaft
        in, wohnt am, wohnt im, wohnt in der, wohnt in, wohne am, wohne im, wohne in der""",
    home_ends=r"\sund meine\s|\sund mein\s|,?\s(?:telefon|handy|mail)\b",
    home_words="wohn* zuhause hause privat* mieter mieterin",
    versions="""version* install* update* aktualisier* firmware software läuft regel kapitel anzeige stand
        abschnitt anhang
        tabelle artikel paragraph ziffer""",
    streets="straße strasse str platz weg allee gasse ring ufer damm markt",
    secrets="""passwort, kennwort, wlanschlussel, wlanschlüssel, wlan-schlussel, wlan-schlüssel,
        alarmcode, zugangscode""",
)
