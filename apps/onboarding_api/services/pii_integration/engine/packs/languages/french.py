"""French, of Europe, Africa and Canada."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine.packs import Language, counted

_UNITS = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"

PACK = Language(
    code="fr",
    announces="""jmappelle, je mappelle, m appelle, mapelle, établi par, vérifié par, rédigé par, préparé par,
    remplacé par, plainte de, un certain, une
        certaine, signé,
        agent, relève, je m'appelle, je me nomme, mon nom est, mon nom c'est, mon prénom est, il s'appelle, elle
        s'appelle, s'appelle, se nomme, monsieur, madame, mademoiselle, mlle, mme, mr, maître, signé par, validé par,
        approuvé par, vérifié par, relevé par, reçu par, au nom de, de la part de, appelez moi, appelez-moi, on
        m'appelle, notez, inscrivez, du nom de, de son nom, prénommé, prénommée, nommé, nommée, dénommé, dénommée,
        répond au nom de, dit le nom, nom de famille est, nom de famille""",
    suggests="""cest, c est, moi cest, ici cest, jsuis, chuis, chui, présents, présent, salarié, salariée, locataire,
    responsable, témoin, hôte, visiteur, réveillez,
        j'ai parlé
        avec, il y a, c'est, je suis, c'est, moi c'est, ici, demandez, demandez à parler à, demander, contactez,
        contacter, appelez, appeler, prévenez, prévenir, dites à, dire à, voyez avec, voir avec, parlez à, parler à,
        parlez avec, parlé à, parlé avec, j'ai vu, selon, d'après, merci, bonjour, bonsoir, salut, cher, chère,
        cordialement, bien à vous, contact, nom, chez, est-ce que, envoyez à, écrivez à, remettez à, adressez-vous à,
        docteur, dr, professeur, pr, maitre, m, qui est, attendez, rendez-vous avec, réunion avec, ma part, voici,
        voilà, avec, facture à, confié à, géré par, dirigé par, remplacez, informez, joindre, alors c'est, son adjoint
        c'est, et son adjoint c'est, joignez, adressez à, remis à, remise à, attribué à, attribuée à, confiée à, rendu
        par, signalé par, demandé par, ouvert par, autorisé par, appartient à, propriété de, grâce à, camionnette de,
        badge de, voiture de, félicitations, bienvenue, bonne journée, ici c'est, échangé avec, tour avec""",
    leads="avec par à pour de chez selon et ou",
    titles="monsieur madame mademoiselle mlle mme mr docteur dr professeur maître m",
    roles="""responsable gardien gardienne concierge plombier électricien électricienne propriétaire gérant gérante
        directeur directrice chef cheffe équipe superviseur superviseuse technicien technicienne collègue ami amie
        voisin voisine locataire client cliente visiteur visiteuse agent administrateur inspecteur capitaine femme
        mari épouse époux fils fille frère sœur père mère oncle tante cousin cousine secrétaire réceptionniste
        jardinier entrepreneur contremaître coordinateur coordinatrice assistant assistante cuisinier maçon menuisier
        mécanicien opérateur employé employée vigile hôtesse nuit chargé chargée livreur livreuse chauffeur conducteur
        conductrice veilleur ouvrier ouvrière intérimaire stagiaire apprenti apprentie comptable vendeur vendeuse
        associé associée copain copine fiancé fiancée beau-frère belle-sœur grand-père grand-mère neveu nièce
        petit-fils régisseur agente infirmier infirmière""",
    called="est s'appelle sont nommé nommée c'est",
    follows="parle appareil",
    acts="""dit arrive arrivera ferme ouvre signe appelle appellerait remplace travaille habite reste dit disait
        demande
        demandait veut voulait signe signé valide approuve viendra habite appelle relève confirme sait pense font
        répond gère vous nous oublie oublia crie tombe glisse monte descend entre sort revient rentre aide nettoie
        répare installe conduit gare explique promet admet décide propose insiste recommande dort mange conteste perd
        trouve prend donne apporte vend achète voit connaît croit espère écrit lit""",
    does="""a avait est était sera va fait ouvre ferme vient part travaille passe peut doit arrive garde reste
        tient porte
        tourne paie met""",
    articles="""le la les un une des ce cet cette ces mon ma mes ton ta son sa ses notre nos votre vos
        leur chaque au aux du""",
    calls="salut coucou bonjour merci pardon dis certain certaine",
    joined_with="avec par chez à",
    joins="et",
    greets="bonjour bonsoir salut coucou",
    sign_offs="cordialement salutations amicalement bientôt merci bien vous respectueusement",
    name_labels="prénom",
    owners="client visiteur gardien contact employé titulaire",
    particles="de la le du des d'",
    introduces="c'est ici voici voilà est-ce",
    stops="""et ou je suis j'ai tu il elle nous vous ils elles on de la le les du des un une au aux à en dans sur
        par pour
        avec que qui est sont a ai as avons avez ont mon ma mes ton ta son sa ses ne pas plus y si mais donc car chez
        selon téléphone portable numéro mail courriel demain hier c'est n'est s'est qu'il qu'elle qu'on d'un d'une
        l'on n'a n'ont s'il jusqu'à aujourd'hui""",
    everyday="""directeur directrice responsable gardien urgent tout toute tous toutes bien merci
        bonjour bonsoir accueil entrée sécurité site place bâtiment étage lundi mardi mercredi jeudi vendredi
        samedi dimanche janvier février mars avril mai juin juillet août septembre octobre novembre décembre nom
        prénom monsieur madame normal fini""",
    ambiguous="""cas ville bas belle pierre beau mai avis ami demi victoire sol sang clair signe blanche
        venu noël aimé vide reine claire mille jolie royal venus gay paye jure forum romain marge val marin
        noble romaine germain constance rose olivier marguerite désiré prudence aimée maxime innocent junior
        liban lourdes honoré tri cristal engin raid pôle gala olive violette fleur grâce clément auguste martial
        modeste parfait ange gentil nice france iris jasmin narcisse perle colombe merci espoir fortuné juste
        prosper placide bienvenue douce sage capucine églantine hortense pensée saint sainte mode vivant gloire
        joie""",
    kinds_before="""boulangerie pharmacie librairie café brasserie salon boutique magasin bijouterie épicerie
    pressing parfumerie fleuriste supermarché rue avenue boulevard place allée chemin quai impasse cours route tour
    résidence
        immeuble hôtel hôpital clinique lycée collège école université centre parc église cathédrale gare port
        pont musée théâtre cinéma villa château usine entrepôt magasin restaurant pharmacie banque stade saint
        sainte square cité zone mont lac aéroport métro station bâtiment salle auditorium amphithéâtre""",
    things="""site bâtiment société entreprise immeuble projet rue produit marque magasin hôtel service
        fichier ville résidence""",
    numbers=counted(_UNITS)
    | {
        "vingt": 20,
        "trente": 30,
        "quarante": 40,
        "cinquante": 50,
        "soixante": 60,
        "septante": 70,
        "huitante": 80,
        "nonante": 90,
        "zero": 0,
        "une": 1,
    },
    tens="vingt trente quarante cinquante soixante septante huitante nonante",
    hundreds="cent cents",
    thousands="mille",
    repeats={"double": 2},
    everyday_numbers="un une six cent cents",
    at="arobase arobas",
    dot="point",
    marks={"tiret": "-"},
    no_mailbox="est adresse sur",
    before_mailbox="est adresse sur c'est",
    cues={
        "PHONE": """nouveau numéro, mon nouveau numéro, mon nouveau num, mon num, mon numero, mon numéro, telephone,
        telephones, teléphone, teléphones, télephone,
            télephones, téléphone, téléphones, tel, tél, portable, mobile, appel*, joignable, joindre, contacter""",
        "CARD": "carte",
        "PASSPORT": "passeport, passeport numero, passeport numéro, passeport n°",
        "LICENCE": "permis de conduire",
        "PLATE": "plaque, immatriculation, vehicule, véhicule, voiture",
        "DOB": """anniversaire, date de naiss, né, née, date de naissance, naissance, ne le, nee le, né
            le, née le""",
        "IDENTITY": """securite sociale, securité sociale, sécurite sociale, sécurité sociale, numero de
            secu*, numero de sécu*, numéro de secu*, numéro de sécu*, carte d'identite, carte d'identité, cni, nir""",
        "IP": "adresse ip, serveur",
        "IBAN": "compte, rib",
        "NOT": """commande, facture, compteur, prix, releve, relevé, reference, reférence, réference, référence,
            code, code
            postal, surface, budget, modele, modèle, serie, série, dossier, montant, chambre, etage, étage, version,
            devis, bon de livraison, commande n°, commande no, devis n°, dossier n°, réclamation, réf, colis, avoir
            n°, contrat n°, police n°, offre,,,,""",
    },
    links="est, était, de, la, le, du, numéro, affiche",
    units="""metre, metres, mètre, mètres, litre, litres, euro, euros, kilo, kilos, heure, heures, jour,
        jours, etage, etages, étage, étages, personne, personnes, visiteurs, gardes, francs""",
    months="""janvier février mars avril mai juin juillet août septembre octobre novembre décembre fév
        avr juil déc""",
    home="""domicile, chez moi, adresse personnelle, adresse privée, mon adresse, habite, habite au,
        demeurant, demeurant au, j'habite, j'habite au, j'habite à la, j'habite à, il habite, il habite au, il
        habite à la, il habite à, elle habite, elle habite au, elle habite à la, elle habite à, mon domicile
        est, mon adresse est, domicilie au, domicilie à, domiciliee au, domiciliee à, domicilié au, domicilié à,
        domiciliée au, domiciliée à, je demeure, je demeure au, je demeure à""",
    home_ends=r"\set mon\s|\set ma\s|\set le\s|,?\s(?:t[eé]l[eé]phone|mail|portable)\b",
    home_words="habite habitent habitons domicile chez demeure demeurant maison locataire",
    versions="""version* install* mise mises logiciel* firmware règle chapitre affiche tourne article annexe tableau
        paragraphe""",
    streets="rue avenue av boulevard bd place allée chemin quai impasse route",
    secrets="mot de passe, mdp, code d'alarme, code wifi, code du portail, cle wifi, clé wifi",
)
