"""English, as it is spoken at sites from Leeds to Lagos to Pune."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine.packs import Language, counted

_UNITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen
    eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"

PACK = Language(
    code="en",
    announces="""holder, card holder, cardholder, account holder, beneficiary, my names, my nme is, my name iz, my
    nam is, minutes taken by, minutes by, apologies from, relieved
    by, covered for by, forwarded by, complaint
        by,
        complaint from, escalated to, key holder, point of contact, night contact, day contact, my name is, my name's,
        his name is, her name is, their name is, your name is, whose name is, my full name is, my name, his name, her
        name, name's, my good name is, my full name, i am called, they call me, people call me, call me, you can call
        me, everybody calls him, everybody calls her, everyone calls me, we call him, we call her, i go by, known as,
        is called, mr, mrs, ms, mx, mister, missus, miss, madame, signed by, signed off by, approved by, verified by,
        prepared by, checked by, submitted by, reported by, witnessed by, reviewed by, attended by, received by,
        issued by, owned by, taken by, read by, inspected by, written by, attn, kind attn, c o, s o, d o, w o, goes
        by, a man called, a woman called, someone called, somebody called, identified as, logged in as, for user, put
        me down as, put her down as, put him down as, sign me in as, badge in the name of, in the name of, on behalf
        of mr, answers to the name, surname is, last name is, first name is, nickname is, nicknamed, i go by the
        name""",
    suggests="""iam, thats, its me, heres, present, attendees, attended, distribution, witness, nominee, occupier,
    backup, deputy,
        replacement, to see,
        gez, passport of, badge of, badge to, keys went to, waiting on, seen, wake up, this is, it's, it is, its, i'm,
        i am, im, here is, that's, that is, you are talking to, you're talking to, talking to, talk to, speaking to,
        speaking with, speak to, speak with, spoke to, spoke with, spoken to, ask for, asked for, ask, asking for,
        tell, told, inform, informed, met, met with, meet, call, called, calling, ring, text, dear, hi, hello, hey,
        cc, bcc, contact, contact is, thank you, thanks, bye, report to, reports to, reporting to, assigned to, handed
        to, given to, meeting with, hired, named, madam, ma'am, sir, sent by, message from, call from, attention,
        contact person, contact person is, emergency contact, emergency contact is, poc, spoc, on duty, on shift, let,
        add, put down, remind, notify, alert, email, mail, copy, cc to, hand over to, handing over to, handed over to,
        handover to, pass you to, put you through to, transfer you to, reached, you have reached, you've reached, have
        reached, according to, welcome, swap, replaced by, covered by, managed by, led by, headed by, run by, looked
        after by, handled by, done by, escorted by, accompanied by, supervised by, invite, who is, who's, is that,
        keys are with, keys with, sincerely, regards, cheers, many thanks, she is, he is, she's, he's, wait for,
        waiting for, look for, looking for, care of, shared with, sharing with, brief, train, trained by, training,
        interview, interviewed, name is, the name is, first name, last name, old, young, poor, gave, give, gave it to,
        bring, helped, help, helping, report it to, message, whatsapp, phone, dial, witness, in charge, issued to,
        allotted to, allocated to, registered to, belongs to, addressed to, returned by, collected by, delivered to,
        lent to, signed for by, requested by, cancelled by, opened by, closed by, logged by, raised by, created by,
        booked by, authorised by, authorized by, vouched by, introduced by, trained with, rostered with, failing that,
        try, escalate to, cc:, ping, page, buzz, chase, nudge, thank, blame, ask from, borrowed from, married to,
        engaged to, sister of, brother of, wife of, husband of, son of, daughter of, mother of, father of, friend of,
        here comes, there is, meet with, joined by, followed by, next is, this belongs to, good morning, good
        afternoon, good evening, happy birthday, congratulations, well done, welcome back, signed, login for, logon
        for, password reset for, account of, file of""",
    leads="""with by for to from of via per and or but than like as about near behind after before since till until
        except
        including besides unlike""",
    titles="""mr mrs ms mx dr mister missus miss doctor prof professor sir madam ma'am rev reverend fr
        hon capt col maj lt sgt adv er engr""",
    roles="""owner manager supervisor guard patient customer tenant landlord engineer technician driver director
        colleague
        boss wife husband brother sister son daughter friend caretaker incharge officer head chairman chairperson
        secretary partner uncle aunt auntie father mother client visitor nurse receptionist watchman electrician
        plumber captain major colonel inspector constable advocate employee resident member applicant contractor
        assistant cleaner janitor gardener porter warden superintendent foreman operator liftman chef cook cashier
        accountant clerk storekeeper lead leader coordinator executive administrator consultant architect auditor
        surveyor carpenter mason painter welder mechanic deputy neighbour neighbor cousin nephew niece grandfather
        grandmother granddad partner fiance student teacher principal matron sister counterpart lady guy man boy girl
        chap fellow bloke gentleman mate guards managers supervisors owners visitors engineers technicians
        electricians plumbers cleaners tenants colleagues sergeant corporal lieutenant patron proprietor trustee
        bookkeeper dispatcher concierge butler housekeeper maid nanny laundry fitter intern trainee apprentice caterer
        groundsman watchwoman handyman salesman saleswoman salesperson buyer seller founder cofounder ceo cto cfo md
        gm hr rigger scaffolder fireman firefighter medic paramedic teammate classmate roommate flatmate housemate
        boyfriend girlfriend fiancé fiancée mum mom dad granny stepson stepfather stepmother""",
    called="is are was named called being",
    follows="speaking calling here's",
    acts="""answers refuses remembers remembered rides rode sings smokes smoked snores speaks spoke talks talked
    teaches taught thanks understands understood visits visited waits waited warned warns washes washed wears wore
    phoned booked collected delivers delivered handed swore vouched supervises supervised patrols patrolled guarded
    mops mopped sweeps swept unlocks unlocked unloaded escorted escorts greets wakes woke arrives resigns insists
    prefers phones stays stayed slipped forgot noticed explained quit found dropped sits refused covering off speaking
        relieved
        would said says told tells asked asks wants wanted manages managed signs signed approved approves looks looked
        lives lived knows knew thinks thought reported reports called calls rang texted emailed wrote sent sends gave
        gives took takes read reads checked checks walked walks locks locked met meets agreed agrees confirmed
        confirms complained complains insists insisted mentioned noted replied answered joined joins retired sleeps
        drives drove fixed fixes installed installs cleaned cleans cooks isn't wasn't won't doesn't didn't hasn't
        brings brought entered arrived swapped swaps traded tripped climbed borrowed keeps apologised apologized
        volunteered resigned fell fainted cried laughed smiled shouted yelled whispered promised admitted claims
        claimed suggested suggests recommends recommended apologises thanked greeted waved parked parks lost lends
        lent forgets tends hates loves likes loved hated liked hopes hoped wishes decided decides offered offers
        argued fought broke injured hurt hurts ate eats drank coughed texts emails messages messaged scolded hired
        fired married divorced shut shuts picks picked drops""",
    does="""has had will would can could does did is was are were might may must should needs needed starts started
        opens
        opened closes closed works worked runs ran comes came left leaves covers covered handles handled gets got sits
        stands keeps kept moves moved lets brought brings stayed stays slept holds held carries carried turns turned
        pays paid puts put makes made sees saw hears heard feels felt""",
    articles="""the a an this that these those our your my his her its their every each some any no
        another which""",
    calls="hey sorry morning evening okay ok yo thanks cheers relieved one",
    joined_with="with by than",
    joins="and",
    greets="hi hello hey yeah morning afternoon evening greetings",
    sign_offs="""regards sincerely truly cheers wishes respectfully thanks best yours faithfully warmly signed
        kindly""",
    name_labels="surname forename fullname firstname lastname username nickname",
    owners="""sur last first given full fore middle father mother husband wife customer contact guard
        employee owner manager visitor user patient person spouse tenant nominee holder cardholder guardian
        supervisor driver applicant nick family admin resident candidate worker staff caller recipient sender""",
    particles="mac st",
    introduces="this it's it its that that's here he's she's he she",
    stops="""i we you he she it they my your his her our their me us him them who which that this these
        those the a an is are was were am be been being has have had do does did can could shall should would
        may might must and or but nor so if then than because since while when where there here why how what
        from for with without at to in into on onto of off by about over under after before between during until
        near not no yes please thanks thank speaking calling called here sir madam ma'am number phone mobile
        email mail address dob date age gender sex room floor site office company designation role department
        signed signs approved approves said says told asked wants wanted needs need came comes left went called
        calls living lives staying working works worked from also just again too now today tomorrow yesterday
        later status retries relation occupation nationality passport aadhaar pan id shift post duty ext
        extension fax tel speak speaks talking talk running runs run own owns as will'd won't is's it's i'm i've
        spelled spelt reading last first given middle surname name names regarding re told know knows entered
        ahead only myself straight every each either both all any some still once always never nor across
        through against along around up down out""",
    kinds_before="""hotel hospital school college university church temple mosque cinema theatre museum
        villa castle mount lake port fort saint building tower block site camp gate wing sector plot phase""",
    kinds_after="""library museum stadium arena auditorium airport flyover bridge metro maidan chowk marg vihar puram
    layout enclave residency residences heights gardens
        bazaar bazar estate apartments arcade galleria promenade chambers generator generators pump pumps lift
        lifts elevator elevators escalator panel breaker lock locks camera cameras charger chargers chiller
        compressor motor meter meters drill transformer inverter battery router printer laptop boiler burner fan
        fans valve valves paint tiles court courts mews terrace terraces meadows greens woods quarters mansion
        mansions manor lodge cottage annexe annex pavilion campus hub wharf yard ranch barn depot hangar pier
        crescent quay ridge vista vistas atrium salai sarani""",
    things="""site company building facility business client street project brand product file task host
        domain firm org organisation organization event asset shop store hotel meter shift post checkpoint bank
        service module model class package queue db database server machine device branch table column field key
        app application variable function school hospital city area location road society tower block zone gate
        agency vendor display code plan flow layer logger job index bucket image document template worker the
        space group path section panel feature category type tag item question slot state node channel""",
    numbers=counted(_UNITS)
    | counted(_TENS, 20, 10)
    | {"oh": 0, "o": 0, "nought": 0, "naught": 0, "nil": 0, "won": 1, "ate": 8, "niner": 9},
    tens=_TENS,
    hundreds="hundred",
    thousands="thousand",
    repeats={"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "dubble": 2, "tripple": 3},
    everyday_numbers="o oh won ate nil no",
    at="at @ ©",
    dot="dot point period .",
    marks={
        "underscore": "_",
        "_": "_",
        "hyphen": "-",
        "dash": "-",
        "minus": "-",
        "-": "-",
        "plus": "+",
        "+": "+",
    },
    mail_hosts="gmail gmx yahoo hotmail outlook rediffmail rediff icloud protonmail zoho aol googlemail",
    mail_endings="""com org net edu example gov mil int info biz name pro me io ai app dev co in uk us
        ca au nz de fr es it nl be ch at eu pl pt se no dk fi ie cz gr ro hu ru ua tr il ae sa qa kw om bh eg jo
        lb pk bd lk np sg my id th vn ph cn hk tw jp kr br mx ar cl pe za ng ke museum tech xyz online site
        store shop cloud email club live""",
    no_mailbox="""is are was were to at on me my the it its this that these those be email mail mails
        address and or of for use your you he she they we us him them her his our work works working worked look
        looking see visit visiting find found meet met available reach reached contact write located based shop
        shops order office not in by with from am please here there let stay staying living live arrive arrived
        buy send sent login sign sale sales'""",
    before_mailbox="is to at on as id address mail email : use its",
    cues={
        "PHONE": """new number, my new number, new no, my no, my new no, phone, phones, tel, telephone, mobile, mob,
        cell, cellphone, fax, whatsapp, whats app, call,
            calls, dial,
            dials, ring, text, sms, contact, reach, landline, helpline, hotline, helpdesk, toll free, area code, land
            line, direct line, phone line, my number, his number, her number, their number, our number, your number,
            number is, numbers are, sms_sent, msisdn, phone number, contact number, phn, reachable, extension number,
            direct dial, handset, phone no, number ending, call back, callback, call back number, missed call,
            voicemail, telegram, signal, viber""",
        "SSN": """ssn, social security, social security no, social security number, social, taxid, tax
            id, tin, itin""",
        "CARD": """card, credit, debit, visa, mastercard, master card, amex, american express, rupay,
            maestro, discover, diners, cvv, full pan""",
        "PASSPORT": "passport, passport no, passport number, passports, passports no, passports number",
        "LICENCE": """driving licence, driving licence no, driving licence number, driving license,
            driving license no, driving license number, driver licence, driver licence no, driver licence number,
            driver license, driver license no, driver license number, drivers licence, drivers licence no, drivers
            licence number, drivers license, drivers license no, drivers license number, driver' licence, driver'
            licence no, driver' licence number, driver' license, driver' license no, driver' license number,
            driver's licence, driver's licence no, driver's licence number, driver's license, driver's license no,
            driver's license number, dl, dl no, dl number, licence number, license number""",
        "PLATE": """vehicle, car, cars, bike, truck, van, scooter, plate, number plate, licence plate,
            license plate, registration, reg no, regn, rc no, reg""",
        "DOB": """b'day, bday, d o b, dob, d.o.b, d.o.b., date of birth, birthdate, birth date,
            birthday, born, born on""",
        "IDENTITY": """national insurance, national insurance no, national insurance number, national
            insurance card, national insurance card no, national insurance card number, national id, national id no,
            national id number, national id card, national id card no, national id card number, national identity,
            national identity no, national identity number, national identity card, national identity card no,
            national identity card number, ni number, nino, nhs, nhs no, nhs number, identity card, identity card
            no, identity card number, id card, id card no, id card number, emirates id, voter id, iqama, iqama no,
            iqama number""",
        "IP": "ip, ip addr, ip address, server, host, ipv4, ipv6, addr, gateway, peer, client, remote",
        "GPS": "i live, my home, my house, residence, home location, my location",
        "PAN": "permanent account number, permanent account no",
        "IBAN": "iban, account number, bank account",
        "NOT": """srno, sr no, sr.no, sr. no, s.no, s. no, cert, certificate, barcode, bar code, value, values,
            cheque,
            licence no, license no, order, orders, po, p.o, invoice, inv, bill no, bill number, ticket, tracking, awb,
            sku, ean, isbn, issn, upc, gtin, hsn, part, part no, model, serial, s/n, batch, lot, meter, meters, metre,
            reading, readings, reads, read, consumer no, consumer number, version, ver, v, build, release, firmware,
            section, clause, chapter, standard, iso, epoch, timestamp, pid, process, line, port, id, ids, uuid, ref,
            reference, grid, coordinates, lat, latitude, lon, lng, longitude, elevation, altitude, price, priced,
            total, cost, costs, amount, rs, inr, usd, eur, gbp, aed, sum, area, room, floor, floors, plot, survey,
            khata, permit, case, page, pages, score, zip, pin, pincode, pin code, postcode, postal code, qty,
            quantity, item, items, code, account, a/c, gst, gstin, roof, cut, dimension, dimensions, size, capacity,
            load, asset, tag, equipment, job, work order, task, challan, docket, token no, epic, transaction, txn,
            utr, hash, commit, sha, ratio, scale, step, steps, tender, bill, contract, policy number, policy, rent,
            budget, salary, count, kwh, kvah, extension, rooms, unit, units, gates, numbers from, numbers between,
            quote, quotation, voucher, receipt, parcel, shipment, sensor, panel, camera, channel, pump, motor, unit
            no, drawing, file no, folio, rfq, rfp, rfi, boq, claim, claim no, claim number, consignment, consignment
            no, complaint no, complaint number, request no, request number, incident no, incident number, sr number,
            registration no of the pump, warranty, warranty no, lr no, grn, dc no, gate pass no, pass no, badge no,
            badge number, locker, slot, ledger, entry no, memo no, circular no, notice no, member no, membership,
            subscription, meter no, imei, batch no, dispatch no, delivery note, quoted, customer no, customer number,
            loan, loan no, vendor code, hs code, , , , ,""",
    },
    links="""is, was, are, were, of, the, at, no, nos, number, numbers, num, id, ids, code, reads, read,
        shows, showed, says, about, around, for, to, and, by, now, today, reading, field, value, count, has,
        with, marked, labelled""",
    units="""kwh, kvah, kvarh, mwh, unit, units, kw, kva, kvar, w, watt, watts, v, volt, volts, a, amp,
        amps, ah, mm, cm, m, km, m2, m3, m², m³, metre, metres, meter, meters, ft, feet, foot, inch, inches, sq,
        sqft, sqm, square, cubic, litre, litres, liter, liters, l, ltr, kl, ml, gallon, gallons, kg, g, gm,
        gram, grams, ton, tons, tonne, tonnes, tr, bar, psi, rpm, hz, degree, degrees, percent, pcs, piece,
        pieces, nos, hour, hours, hr, hrs, minute, minutes, min, mins, second, seconds, sec, secs, ms, day,
        days, week, weeks, month, months, year, years, bytes, kb, kib, mb, mib, gb, gib, inr, usd, eur, gbp,
        aed, rupee, rupees, rs, lakh, lakhs, lac, lacs, crore, crores, million, thousand, hundred, dollar,
        dollars, euro, euros, pound, pounds, dirham, dirhams, riyal, riyals, step, steps, visitor, visitors,
        people, person, persons, employee, employees, staff, guard, guards, floor, floors, car, cars, per, each,
        annual, panel, panels, in order, is overdue, shipped, was delivered""",
    everyday="mon tue tues wed weds thu thur thurs fri sat",
    months="""january february march april may june july august september october november december jan
        feb mar apr jun jul"""
    "aug sep sept oct nov dec",
    home="""residence, home is, to my home, postal address, mailing address, current address, i moved to, he moved
        to, she
        moved to, live at, lives at, living at, i reside, resides in, residing in, home address is, i live at, i live
        in, he lives at, he lives in, she lives at, she lives in, they live at, they live in, we live at, we live in,
        i stay at, i stay in, he stays at, he stays in, she stays at, she stays in, i reside at, residing at, resides
        at, resident of, r/o, home address, residential address, residence address, permanent address, correspondence
        address, my home is, my home is at, my house is, my house is at, my flat is, my flat is at, my apartment is,
        my apartment is at, my place is, my place is at, my address is at, my address is, his address is, her address
        is, i shifted to, we shifted to, new home is at, new address is, home:, house:, residence:, home address:, my
        place, employee address, guard address, tenant address, owner address, visitor address, resident address,
        nominee address, staff address, driver address, applicant address, we stay at, they stay at, lives on, i live
        on, my parcel to, home addr, res. address, r o, contact address""",
    home_ends=r"\sand (?:my|i|the|we|he|she)\s|,?\s(?:phone|mobile|tel|email|mob)\b",
    home_words="""live lives living lived stay stays staying reside resides residing residence residential home
        flat apartment
        tenant occupier parcel lodging lodger quarters roommate landlord""",
    versions="""version* firmware* release* build* software install* upgrade* update* rolled runs running ran app
        apps package
        rule rules section clause chapter stable patch* driver* kernel edition revision rev ios android bms scada
        display displays shows stack item items table tables figure annex appendix boq clauses para paragraph
        specification spec subsection""",
    streets="""street st road rd lane ln avenue ave drive dr boulevard blvd court ct close crescent way
        terrace""",
    secrets="""password, passwd, passphrase, passcode, pwd, wifi key, wi-fi key, wifi password, wi-fi
        password, wpa key, alarm code, door code, gate code, access code, pin code for the alarm, secret, api
        key, api token, access token, access key, security code""",
)
