"""Invented names and titles, put together from word lists: no real artist, song or album is meant."""

# ruff: noqa: SIM905  (a list of words is easier to read and to add to as one sentence)

import numpy as np

Random = np.random.Generator

FIRST = (
    "Marlo Inês Tobiah Sunniva Aurel Kestrel Odalys Bram Ysolde Fenn Nadja Corvin Liesl Otis Rhea Joaquim "
    "Maëlle Dov Paloma Søren Ilka Amadou Wren Zsófia Caspian Thandi Élodie Rafe Noor Halvard Birdie Emeka "
    "Sólveig Lazar"
).split()
SURNAME_START = (
    "Quen Tav Brask Oster Vell Hol Marr Dun Fair Kov Ash Pell Thorn Wex Lind Ravn Sall Cobb Mern Ilver Gost"
).split()
SURNAME_END = (
    "nell arro wick lund ova sby ington eaux strand ley ette ström mére inho dale ković mond".split()
)
ADJECTIVES = (
    "Velvet Crooked Paper Copper Hollow Amber Restless Borrowed Electric Salted Silver Broken Late Distant "
    "Golden Quiet Burning Winter Neon Tender Wild Feral Static Lunar Second-Hand Half-Lit Northern Rusted "
    "Painted Slow"
).split()
NOUNS = (
    "Lantern Harbour Garden Motel River Mirror Sparrow Staircase Window Letter Comet Signal Kite Horizon "
    "Cigarette Schoolyard Tram Chapel Tiger Carousel Satellite Meadow Barometer Terrace Postcard Fountain "
    "Radio Otter Cinema Ribbon Highway Ladder Magnolia Suitcase Rooftop Feather Tunnel Candle Heron Gazebo"
).split()
VERBS = "Carry Leave Follow Remember Forgive Call Hold Outrun Paint Wake Find Miss Teach Trust Bury".split()
PLACES = (
    "Port Ellery;Saltmarsh;Vera Cove;Low Bridge;Kestrel Hill;Old Tamsin;Mirabel;Ninth Street;Harrow Bay;"
    "São Livro;Val-d'Orme;Østerholm;Quarry Lane;Pine Hollow;the Blue Annex"
).split(";")
TIMES = (
    "in the Morning;After Midnight;Until Sunday;by Daylight;Again;Tonight;Before the Rain;in October"
).split(";")
CLUB = (
    "Vektor Nulla Oxid Pulsar Kilo Praxis Halo Fold Drift Modul Arc Cobalt Sigma Tessera Volta Lumen Mono"
).split()
STREET = (
    "Corner Ledger Chain Blocks Paper Ceiling Concrete Receipts Backseat Mirrors Cousins Pressure Tax Ice"
).split()
STREET_NAMES = "Yung Lil' Big Kid Young Saint MC Doc".split()
DARK = (
    "Ash Sepulchre Wrath Ruin Serpent Pyre Hex Plague Tomb Oath Ravens Iron Void Marrow Gallows Lintel"
).split()
QUIET = (
    "lichen tide dusk hush moss vapour snowfall glass drifting pale shoreline breath lowlands ember still"
).split()
KEYS = "C Major;D Minor;E-flat Major;F Minor;G Major;A Minor;B-flat Major;C-sharp Minor".split(";")
FORMS = "Sonata;Nocturne;Prélude;Partita;String Quartet;Suite;Étude;Impromptu;Élégie".split(";")
TEMPI = "Andante;Allegro ma non troppo;Adagio;Largo;Presto;Moderato cantabile;Scherzo;Très lent".split(";")
SPANISH_NOUN = (
    "Luna Lluvia Noche Arena Niña Canción Playa Montaña Mañana Calle Sombra Flor Estación Marea".split()
)
SPANISH_MORE = "Sal Plata Papel Verano Limón Cartagena Miel Abril Corazón Fuego Bahía Jazmín Algodón".split()
RUSSIAN_ADJECTIVE = "Белая Ночная Последняя Северная Старая Тихая Чужая Медная Зимняя Пустая".split()
RUSSIAN_NOUN = "Станция Река Улица Комната Птица Весна Дорога Пристань Песня Звезда Лестница".split()
RUSSIAN_NAME = "Арсений;Лада;Мирон;Злата;Тихон;Веста".split(";")
RUSSIAN_SURNAME = "Белозор;Синица;Полынь;Вересков;Заречный;Мотылёк".split(";")
THAI_START = "ฝน;ลม;แสงจันทร์;สายน้ำ;ดอกไม้;รถไฟ;จดหมาย;เสียงเพลง;หมอก".split(";")
THAI_END = "กลางทุ่ง;ริมโขง;คืนนั้น;ที่บ้านเรา;หน้าหนาว;ในใจ;ปลายฟ้า;สุดท้าย;ไม่กลับมา".split(";")
THAI_NAME = "น้ำฝน;ดาวเหนือ;ก้องฟ้า;แก้วใจ;สายลม;พราวแสง".split(";")
THAI_SURNAME = "บ้านทุ่ง;ริมน้ำ;ศรีเมือง;ขวัญนา;ปลายนา;ดอยหลวง".split(";")
BOOKS = (
    "The Keeper of Small Hours;A House Without Clocks;Der Mann vom Leuchtturm;Letters to Østerholm;"
    "The Cartographer's Daughter;Seven Salt Winters;Die Uhrmacherin;What the Ferryman Said;The Glass Orchard"
).split(";")
LABELS = (
    "Paper Lantern Records;Northlight;Kite & Anchor;Maison Brume;Halfmoon Tapes;Discos Marea;Blue Annex;"
    "Tin Roof;Ferrous;Quiet Rooms;Полынь Рекордс;ทุ่งทอง;Self-released"
).split(";")


def pick(rng: Random, words: list[str] | tuple[str, ...]) -> str:
    """One of the words, each as likely as the others."""
    return words[int(rng.integers(len(words)))]


def _surname(rng: Random) -> str:
    return pick(rng, SURNAME_START) + pick(rng, SURNAME_END)


def artist_name(rng: Random, language: str) -> str:
    """Make a name in the manner of the language's artists; callers draw again when it is taken."""
    noun, adjective, first = pick(rng, NOUNS), pick(rng, ADJECTIVES), pick(rng, FIRST)
    person = f"{first} {_surname(rng)}"
    names = {
        "english": (
            person,
            f"The {adjective} {noun}s",
            f"{first} & the {noun}s",
            f"{noun} {pick(rng, NOUNS)}",
            person,
        ),
        "club": (
            f"{pick(rng, CLUB)} {pick(rng, CLUB)}",
            f"DJ {_surname(rng)}",
            f"{first} [{pick(rng, CLUB)}]",
            f"{pick(rng, CLUB)}{pick(rng, CLUB).lower()}",
        ),
        "street": (
            f"{pick(rng, STREET_NAMES)} {_surname(rng)}",
            f"{first} {pick(rng, STREET)}",
            f"{pick(rng, STREET_NAMES)} {noun}",
            f"{_surname(rng).upper()}",
        ),
        "dark": (
            f"{pick(rng, DARK)} of {pick(rng, DARK)}",
            f"{adjective} {pick(rng, DARK)}",
            f"{_surname(rng)}ör",
            f"{pick(rng, DARK)}{pick(rng, DARK).lower()}",
        ),
        "quiet": (person, f"{pick(rng, QUIET)} {pick(rng, QUIET)}", f"{noun} Field Recordings"),
        "classical": (f"{_surname(rng)} Quartet", f"{pick(rng, PLACES)} Chamber Orchestra", person),
        "spanish": (
            f"{person}",
            f"Los {noun}s de {pick(rng, SPANISH_MORE)}",
            f"Orquesta {pick(rng, SPANISH_NOUN)}",
            f"{pick(rng, SPANISH_NOUN)} de {pick(rng, SPANISH_MORE)}",
        ),
        "russian": (
            f"{pick(rng, RUSSIAN_NAME)} {pick(rng, RUSSIAN_SURNAME)}",
            f"{pick(rng, RUSSIAN_ADJECTIVE)} {pick(rng, RUSSIAN_NOUN).lower()}",
        ),
        "thai": (f"{pick(rng, THAI_NAME)} {pick(rng, THAI_SURNAME)}", f"วง{pick(rng, THAI_START)}"),
        "spoken": (person, f"{first} {first[0]}. {_surname(rng)}"),
    }
    return pick(rng, names[language])


def _english_title(rng: Random) -> str:
    adjective, noun, other, verb = pick(rng, ADJECTIVES), pick(rng, NOUNS), pick(rng, NOUNS), pick(rng, VERBS)
    time, place = pick(rng, TIMES), pick(rng, PLACES)
    return pick(
        rng,
        (
            f"{adjective} {noun}",
            f"{adjective} {noun}",
            f"{adjective} {other}",
            f"The {noun} and the {other}",
            f"{verb} Me {time}",
            f"{noun} {time}",
            f"{noun}s & {other}s",
            f"{place}",
            f"Don't {verb} the {noun}",
            f"A {noun} in {place}",
            f'The "{noun}" Song',
            f"{noun}, {other}",
            f"(You Never) {verb} Me",
            f"My {adjective} Heart",
            f"{verb} Your {noun}",
            f"{int(rng.integers(3, 99))} {noun}s",
            f"Letter from {place}",
            f"Who Will {verb} You?",
            f"Café {other}",
            f"{noun} Blues",
        ),
    )


def song_title(rng: Random, language: str, track: int) -> str:
    """Make a title in the language; `track` counts the artist's songs, for chapters and movements."""
    key, form, tempo = pick(rng, KEYS), pick(rng, FORMS), pick(rng, TEMPI)
    numeral = pick(rng, ("I", "II", "III", "IV"))
    dark, street, club = pick(rng, DARK), pick(rng, STREET), pick(rng, CLUB)
    quiet, more, noun = pick(rng, QUIET), pick(rng, SPANISH_MORE), pick(rng, NOUNS)
    titles = {
        "english": (_english_title(rng),),
        "club": (
            club,
            f"{club} {noun}",
            f"{noun} ({club} Remix)",
            f"{club} - Original Mix",
            _english_title(rng),
        ),
        "street": (
            street,
            f"{street} on {noun}",
            f"No {street}",
            f"{street} (Skit)",
            f"{noun} ${street[0]}",
            f"Ain't No {noun}",
            _english_title(rng),
        ),
        "dark": (
            f"{dark} of the {noun}",
            f"{pick(rng, ADJECTIVES)} {dark}",
            f"{noun} to {dark}",
            f"{dark}, {noun}",
        ),
        "quiet": (
            quiet,
            f"{quiet} & {pick(rng, QUIET)}",
            f"{quiet} {track:02d}",
            f"{pick(rng, PLACES)}, {quiet}",
        ),
        "classical": (
            f"{form} No. {int(rng.integers(1, 16))} in {key}: {numeral}. {tempo}",
            f"{form} in {key}, Op. {int(rng.integers(3, 90))}: {numeral}. {tempo}",
            f"{form} “{noun}”",
        ),
        **_titles_in_other_languages(rng, more),
        "spoken": (
            f"{pick(rng, BOOKS)} - Chapter {track + 1}",
            f"{pick(rng, BOOKS)}, Kapitel {track + 1}",
            f"{pick(rng, BOOKS)} - Chapter {track + 1}, Part {int(rng.integers(1, 5))}",
            f"On {noun}s (Read by the Author)",
        ),
    }
    return pick(rng, titles[language])


def _titles_in_other_languages(rng: Random, more: str) -> dict[str, tuple[str, ...]]:
    return {
        "spanish": (
            f"La {pick(rng, SPANISH_NOUN)} de {more}",
            f"{pick(rng, SPANISH_NOUN)} y {more}",
            f"¿Dónde Está Mi {more}?",
            f"¡{more}, {more}!",
            f"{pick(rng, SPANISH_NOUN)} de {more}",
        ),
        "russian": (
            f"{pick(rng, RUSSIAN_ADJECTIVE)} {pick(rng, RUSSIAN_NOUN).lower()}",
            f"{pick(rng, RUSSIAN_NOUN)} №{int(rng.integers(2, 40))}",
            f"«{pick(rng, RUSSIAN_NOUN)}»",
        ),
        "thai": (
            pick(rng, THAI_START) + pick(rng, THAI_END),
            f"{pick(rng, THAI_START)} {pick(rng, THAI_END)}",
        ),
    }


def album_title(rng: Random, language: str) -> str:
    """Name an album in the language."""
    if language == "spoken":
        return pick(rng, BOOKS)
    if language == "classical":
        return f"{pick(rng, FORMS)}s, Vol. {int(rng.integers(1, 7))}"
    if language == "quiet":
        return f"{pick(rng, QUIET)} / {pick(rng, QUIET)}"
    if language in ("spanish", "russian", "thai", "dark"):
        return song_title(rng, language, 0)
    return _english_title(rng)
