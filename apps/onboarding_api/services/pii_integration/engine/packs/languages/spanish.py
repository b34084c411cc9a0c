"""Spanish, of Spain and of America."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration.engine.packs import Language, counted

_UNITS = """cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
diecisiete
    dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete
    veintiocho veintinueve"""
_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa"

PACK = Language(
    code="es",
    announces="""m llamo, me yamo, mi nobre es, me llaman, elaborado por, revisado por, firmado por, preparado por,
    aprobado por, recibido por, supervisado
        por, le
        llama, un tal, una tal, queja de, relevado por, firmado, me llamo, mi nombre es, se llama, su nombre es,
        señor, señora, señorita, senor, senora, sra, sr, srta, don, doña, dña, firmado por, aprobado por, revisado
        por, recibido por, leído por, de parte de, a nombre de, llámame, me dicen, apunte a, apúnteme como, póngame
        como, se apellida, apellidado, apellidada, apellido es, al nombre de, de nombre, llamado, llamada, responde al
        nombre de, conocido como, conocida como""",
    suggests="""asistentes, presentes, responsable, empleado, empleada, inquilino, contacto, vigilante, relevo,
        testigo,
        anfitrión, despedimos a, avisen a, despierten a, le di las llaves a, conmigo está, lo cubre, la cubre, soy,
        habla, hablo con, le habla, te habla, les habla, hablar con, habló con, hablé con, pregunte por, pregunta por,
        preguntar por, preguntad por, contacte con, contacta con, contactar con, contacto, contacto es, avise a, avisa
        a, avisar a, dígale a, dile a, decirle a, diga a, llame a, llama a, llamar a, llamé a, escriba a, escribe a,
        según, gracias, hola, estimado, estimada, querido, querida, saludos, atentamente, cordialmente, las llaves las
        tiene, llaves con, están con, está con, lo tiene, la tiene, las tiene, mande la factura a, enviar a, envíe a,
        dele a, entregue a, doctor, doctora, dr, dra, ingeniero, ingeniera, ing, licenciado, licenciada, lic,
        profesor, profesora, arquitecto, nombre, busque a, buscar a, espere a, reunión con, coordine con, coordinar
        con, quién es, es, aquí, está, llegó, vino, a cargo de, dirigido por, me atendió, me llaman, presento a,
        conozca a, cambiar a, fue, avise a la, hable con, hablad con, pasa con, reúnase con, devuelto por, entregado
        a, entregada a, asignado a, asignada a, recogido por, autorizado por, solicitado por, abierto por, escalar a,
        propiedad de, furgoneta de, coche de, junto a, gracias a, buenas noches, buenas tardes, buenos días,
        felicidades, enhorabuena, bienvenido, bienvenida, le di la radio a, se la di a, se lo di a""",
    leads="con por a para de según y o",
    titles="""señor señora señorita senor senora sr sra srta don doña dña doctor doctora dr dra
        ingeniero ingeniera ing"""
    "licenciado licenciada lic profesor profesora",
    roles="""encargado encargada jefe jefa vigilante guardia portero portera conserje fontanero electricista dueño
        dueña
        propietario propietaria gerente director directora supervisor supervisora técnico técnica compañero compañera
        colega amigo amiga vecino vecina inquilino inquilina cliente clienta visitante responsable administrador
        administradora arrendador inspector capitán esposa esposo marido mujer hijo hija hermano hermana padre madre
        tío tía primo prima cuñado secretaria secretario recepcionista limpiador limpiadora jardinero contratista
        capataz coordinador coordinadora ayudante asistente cocinero albañil carpintero mecánico operario empleado
        empleada nocturno turno mantenimiento celador celadora bedel ordenanza comercial contable aparejador
        aparejadora peón repartidor repartidora mensajero mensajera chófer conductor conductora socio socia novio
        novia suegro suegra yerno nuera nieto nieta abuelo abuela sobrino sobrina limpieza seguridad""",
    called="es se llama son llamado llamada",
    follows="habla hablando",
    acts="""dio dieron dijo dice entregó llegó llega firmó firma abrió abre cierra cerró llamó llama avisó encontró
    olvidó
        dejó vio
        quedó queda llamaría cubre vive dijo dice dijeron pide pidió quiere quería firma firmó aprueba aprobó trabajó
        vive llama llamó escribió envió manda mandó lee leyó revisó confirma confirmó avisa avisó sabe cree comentó
        contestó hace hizo hacen llevó podrá cambió cambia salta saltó perdió subió bajó entró salió pasó volvió
        regresó ayudó limpió limpia reparó repara arregló arregla instaló instala condujo conduce aparcó aparca contó
        cuenta explicó prometió admitió decidió ofreció insiste insistió recomienda propone propuso cayó tropezó
        durmió comió tuvo tiene trajo trae coge cogió toma tomó recogió recoge cubrió""",
    does="""tiene tenía está estuvo va fue es abre abrió cierra cerró viene vino llega llegó sale salió trabaja
        puede será
        lleva hace tuvo hizo anda sigue trae""",
    articles="el la los las un una unos unas este esta ese esa nuestro nuestra su sus mi tu cada",
    calls="oye oiga vale días tardes noches gracias perdona tal",
    joined_with="con por a",
    joins="y e",
    greets="hola buenas saludos",
    sign_offs="saludos atentamente cordialmente saludo abrazo gracias",
    name_labels="apellido apellidos",
    owners="usuario cliente contacto guardia empleado dueño visitante titular",
    particles="de la las los del y e",
    introduces="es está aquí",
    stops="""y e o soy es tengo tiene vivo trabajo con de la el los las del en por para que un una me se
        le lo su mi al a está están son desde hasta cuando según pero más si no ya muy tan como teléfono número
        correo móvil celular mañana hoy""",
    everyday="""luego encargado guardia señor señora buenos buenas días tardes noches todos todas
        gracias favor persona contacto puerta limpieza seguridad edificio planta obra torre nave sede lunes
        martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto
        septiembre octubre noviembre diciembre nombre apellido""",
    ambiguous="""pero hasta nada uno tan vida durante ella ante segundo haya paz salud cara rey sean
        abril campo santa alta mar sol justo américa mala francia isla cielo rico vino santo verde esperanza
        blanca luna reina anda máximo rica león dulce dejan santos mía estrella gracia ángel áfrica sal tomo
        felicidad meta bonita bella moreno monte sierra corona flor ángeles bienvenida mio tránsito ronda che
        concepción cristiano prima urbano soledad mate reto capa concha tira bello ira jean cinta bebe pastor
        rama segun refugio amar noble rabia bala iva nazi saga cristal cristiana romano caridad nacer harto
        piedad trinidad custodia hong mora amado morena gala goma eta brinda marte amparo milagros socorro
        asunción junior pacífica seda serena sun amada digna karma lean pilar consuelo remedios dolores mercedes
        rocío nieves rosario rosa paloma victoria alegría alba aurora luz cruz domingo iris perla celeste
        violeta consolación constancia clemente inocencia patrocinio encarnación primitivo prudencio modesto
        casto pío bruno blas lista casa""",
    kinds_after="",
    kinds_before="""tienda panadería farmacia librería cafetería zapatería joyería peluquería óptica floristería
    supermercado perfumería calle avenida plaza paseo camino carretera torre torres edificio hotel hospital
        colegio escuela universidad residencia residencial urbanización centro nave parque iglesia estación
        puerto sede clínica colonia barrio puente museo teatro villa condominio conjunto calzada glorieta ronda
        san santa santo playa río monte isla cerro aeropuerto polígono fábrica almacén tienda restaurante
        farmacia banco auditorio salón""",
    things="""edificio empresa sitio obra proyecto calle compañía producto marca tienda hotel servicio
        archivo ciudad""",
    numbers=counted(_UNITS)
    | counted(_TENS, 30, 10)
    | {"una": 1, "dieciseis": 16, "veintidos": 22, "veintitres": 23, "veintiseis": 26},
    tens=_TENS,
    hundreds="ciento cien",
    hundred_values=counted(
        "doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos",
        200,
        100,
    ),
    thousands="mil",
    repeats={"doble": 2},
    everyday_numbers="una uno once mil",
    at="arroba",
    dot="punto",
    marks={"subrayado": "_", "guionbajo": "_", "guion": "-", "guión": "-", "más": "+"},
    no_mailbox="es correo dirección",
    before_mailbox="es correo en",
    cues={
        "PHONE": """marca el, marque el, marcar el, wasap, guasap, wasapp, nuevo número, mi nuevo número, mi numero,
        mi número, telefono, telefonos, teléfono, teléfonos, movil, móvil,
            celular, llam*, llám*, marque, contacto, whatsapp""",
        "CARD": "tarjeta",
        "PASSPORT": "pasaporte, pasaporte numero, pasaporte número, pasaporte no",
        "LICENCE": "licencia de conduc*, permiso de conduc*, carnet de conduc*, carné de conduc*",
        "PLATE": "matricula, matrícula, placa, placas, patente, vehiculo, vehículo, coche, carro",
        "DOB": """cumpleaños, cumpleanos, f. nac, f nac, fecha de nac, fecha nac, nacido, nacida, fecha
            de nacimiento, nacimiento, naci, naci el, nací, nací el, nacio, nacio el, nació, nació el, nacido el,
            nacida el""",
        "IDENTITY": "dni, nie, nif, cedula, cédula, curp, identidad",
        "IP": "direccion ip, dirección ip, servidor",
        "IBAN": "cuenta",
        "NOT": """pedido, factura, contador, medidor, lectura, precio, referencia, codigo, codigo postal, código,
            código
            postal, superficie, presupuesto, modelo, serie, expediente, albaran, albarán, importe, total, habitacion,
            habitación, planta, version, versión, numero de serie, numero de pedido, numero de factura, numero de
            contador, número de serie, número de pedido, número de factura, número de contador, oferta, cotización,
            reclamación, incidencia, remito, lote, partida, póliza, artículo, código de artículo,,,,""",
    },
    links="es, era, del, de, la, el, número, marca, son",
    units="""metro, metros, litro, litros, euro, euros, pesos, dolares, dólares, kilo, kilos, hora,
        horas, dia, dias, día, días, planta, plantas, persona, personas, visitantes, guardias, metros cuadrados""",
    months="""enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
        ene abr ago sept dic""",
    home="""mi casa, dirección particular, direccion particular, resido, mi dirección, mi direccion,
        vivimos en, viven en, me mudé a, vivo en, vivo en la, vivo en el, vive en, vive en la, vive en el, mi
        domicilio es, domicilio, mi direccion es, mi dirección es, mi casa esta en, mi casa está en, resido en""",
    home_ends=r"\sy mi\s|\sy el\s|,?\s(?:tel[eé]fono|correo|m[oó]vil)\b",
    home_words="vivo vive viven vivimos resido reside domicilio casa hogar inquilino inquilina",
    versions="""versión versiones instal* actualiz* firmware programa norma regla capítulo muestra apartado
        cláusula artículo
        tabla anexo""",
    streets="""av avd carrera cra kra transversal travesía travesia glorieta ronda pza
        rambla pasaje callejón calle avenida avda plaza paseo camino carretera c/""",
    secrets="contraseña, clave, clave del wifi, codigo de alarma, código de alarma",
)
