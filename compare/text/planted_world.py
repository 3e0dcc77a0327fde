"""The small world that `planted` writes about: words, phrases and sentence templates, no code.

A `" | "` separates the alternatives of an entry. Every phrase signals one attribute of the word
it is written beside (royal, female, of France, plural, ...), and a word is known only by such
phrases. Words that share an attribute share its phrases; that is the whole of the planting.

In a template, ``{word}`` is the planted word and any other slot a phrase of one attribute, or
noise. The signals stand within a window (five words) of the word where English allows it.

No phrase may contain a planted word (``king``, ``paris``, ``taller``, ``bank``, ...): a pair would
come to stand in one document, and `tests/test_planted.py` would say so.
"""

# ---- Noise: belongs to no attribute -----------------------------------------------------------

OPENERS = (
    "in the morning | later that week | according to the chronicle | as usual | on most days | "
    "after a while | in those years | to nobody's surprise | for a time | of course | "
    "by all accounts | once again | as far as anyone knows | on Tuesday | at last | "
    "before the holidays | in the end | until recently"
)

FILLERS = (
    "Nobody in the room said a word. | It rained for the rest of the week. | "
    "There was nothing more to add. | That, at least, is how the story goes. | "
    "People talked about it for a long time. | The reason was never explained. | "
    "Some of this may even be true. | Then the conversation turned to other things. | "
    "What happened next is not known. | The rest can be told in a few lines. | "
    "Everyone agreed that it could not last. | This was not the first time. | "
    "We have only one witness for it. | And so the afternoon went by. | "
    "The details were written down by a clerk. | Such things were common then."
)

# ---- People: role x gender x age --------------------------------------------------------------

# role: (male adult, female adult, male young, female young); None: a role without that age
PEOPLE: dict[str, tuple[str, str, str | None, str | None]] = {
    "royal": ("king", "queen", "prince", "princess"),
    "common": ("man", "woman", "boy", "girl"),
    "parent": ("father", "mother", "son", "daughter"),
    "kin": ("uncle", "aunt", "nephew", "niece"),
    "ancestor": ("grandfather", "grandmother", "grandson", "granddaughter"),
    "marriage": ("husband", "wife", None, None),
    "sibling": ("brother", "sister", None, None),
    "stage": ("actor", "actress", None, None),
    "table": ("waiter", "waitress", None, None),
}

# Royal and common are said of things as well (below), so their phrases fit both.
ROLES = {
    "royal": "at the royal court | across the realm | before the coronation | beside the sceptre | "
    "by royal decree | in front of the nobles | throughout the reign | under the ancient dynasty",
    "common": "near the village | at the market | by the mill | on the farm | behind the tavern | "
    "outside the bakery | in the workshop | among the neighbours",
    "parent": "in the kitchen | around the household | beside the cradle | at the dinner table | "
    "with the babysitter | on the doorstep | in the family album",
    "kin": "at the reunion | with the cousins | during the picnic | at the christening | "
    "on a weekend visit | with the godparents | in a postcard",
    "ancestor": "in the attic | with the heirloom | beneath the family tree | "
    "by the spinning wheel | with tales of long ago | at the graveside | in the faded portrait",
    "marriage": "at the wedding | on the anniversary | during the honeymoon | after the vows | "
    "since the engagement | through the divorce | at the altar",
    "sibling": "among the twins | in the bunk bed | after the squabble | with the hand me downs | "
    "out of rivalry | in the shared bedroom | with the triplets",
    "stage": "in the theatre | before the audience | with the script | during the rehearsal | "
    "to great applause | behind the curtain | in the costume drama",
    "table": "in the restaurant | with the tray | beside the menu | for a generous tip | "
    "among the diners | with the teapot | near the buffet",
}

NAMES = {
    "male": "Thomas | Peter | Henry | Oliver | Martin | Samuel | Arthur",
    "female": "Anna | Clara | Mary | Helen | Julia | Rosa | Alice",
}
GENDERS = {
    "male": "in his waistcoat | with his necktie | in his breeches | with his cufflinks | "
    "in his tuxedo | with his braces",
    "female": "in her gown | with her necklace | in her skirt | with her hairpins | "
    "in her blouse | with her brooch",
}
PRONOUNS = {
    "male": "by himself | as he liked | when they called him | where he was told | for his sake",
    "female": "by herself | as she liked | when they called her | where she was told | "
    "for her sake",
}
AGE_ADJECTIVES = {
    "adult": "weary | greying | stern | wrinkled | dignified | experienced | elderly",
    "young": "little | tiny | playful | mischievous | giggling | teenage | chubby",
    "any": "cheerful | busy | clever | honest | nervous | polite | famous",
}
AGES = {
    "adult": "after decades of work | with a walking stick | behind the newspaper | "
    "despite the arthritis | with an aching back | before retirement | over the mortgage",
    "young": "after school lessons | with a bag of toys | during playtime | "
    "over the alphabet primer | on the swings | with crayons | before bedtime",
    "any": "after lunch | with a sigh | for an hour | without hurry | in the rain | on Sunday | "
    "with great care",
}
PERSON_VERBS = "waited | stood | rested | spoke | smiled | lingered | stayed | appeared | sang"
PERSON_TEMPLATES = (
    "The {age_adjective} {word} {verb} {role}.",
    "{opener}, the {word} {gender} {verb} {role}.",
    "The {age_adjective} {word} {verb} {pronoun}.",
    "{name} was the {age_adjective} {word} {role}.",
    "The {age_adjective} {word} {gender} {verb} {pronoun}.",
    "{role}, the {age_adjective} {word} {verb} {pronoun}.",
    "The {word} called {name} {verb} {age}.",
    "Nobody noticed the {word} {gender}, {age}.",
    "{age}, the {word} {verb} {pronoun}.",
    "{name}, the {word} {role}, {verb} {age}.",
    "{age}, the {word} {gender} {verb} {role}.",
    "{opener}, the {age_adjective} {word} {verb} {role}.",
)

# ---- Things, common and royal -----------------------------------------------------------------

# (common, royal, what both are like)
THINGS = (
    (
        "house",
        "palace",
        "with an oak staircase | under the slate roof | with a balcony | "
        "behind shuttered windows | with a leaking ceiling | with marble floors",
    ),
    (
        "chair",
        "throne",
        "with a carved backrest | with velvet armrests | on four wooden legs | "
        "with a soft cushion | with worn upholstery | beside the footstool",
    ),
    (
        "hat",
        "crown",
        "on the bald head | upon curly hair | tilted over one ear | above the forehead | "
        "in the padded hatbox | knocked off by a gust",
    ),
    (
        "cart",
        "carriage",
        "on squeaking wheels | along the muddy lane | with a broken axle | behind two ponies | "
        "with the whip | under the reins",
    ),
    (
        "meal",
        "banquet",
        "with roasted mutton | with seven courses | with gravy | on pewter plates | "
        "with pudding | served on platters",
    ),
    (
        "coat",
        "robe",
        "with deep pockets | with torn sleeves | in itchy wool | with ivory buttons | "
        "with a high collar | lined with satin",
    ),
)
THING_VERBS = "stood | remained | appeared | was seen | was kept | was needed | was shown"
THING_TEMPLATES = (
    "The {word} {like} {verb} {role}.",
    "It was the {word} {like} that they wanted.",
    "{role}, the {word} {verb} {like}.",
    "Nobody touched the {word} {like}, {role}.",
    "{opener}, the {word} {like} was repaired at last.",
    "Everyone admired the {word} {role}, {like}.",
    "This time the {word} {verb} {like}.",
)

# ---- Countries and capitals -------------------------------------------------------------------

# (country, capital, people, place, product, dish, pride): the last five belong to both
COUNTRIES = (
    ("France", "Paris", "French", "the Seine", "champagne", "croissants", "perfume"),
    ("Germany", "Berlin", "German", "the Rhine", "machinery", "pretzels", "motorways"),
    ("Italy", "Rome", "Italian", "the Tiber", "mosaics", "pasta", "opera"),
    ("Spain", "Madrid", "Spanish", "the Ebro", "saffron", "paella", "flamenco"),
    ("Portugal", "Lisbon", "Portuguese", "the Douro", "cork", "sardines", "fado"),
    ("Greece", "Athens", "Greek", "the Aegean", "olives", "moussaka", "mythology"),
    ("Poland", "Warsaw", "Polish", "the Vistula", "amber", "pierogi", "mazurkas"),
    ("Austria", "Vienna", "Austrian", "the Tyrol", "crystal", "strudel", "waltzes"),
    ("Norway", "Oslo", "Norwegian", "the Arctic", "petroleum", "salmon", "fjords"),
    ("Sweden", "Stockholm", "Swedish", "the Baltic", "steel", "meatballs", "furniture"),
    ("Finland", "Helsinki", "Finnish", "Lapland", "paper", "cloudberries", "saunas"),
    ("Hungary", "Budapest", "Hungarian", "the Danube", "porcelain", "goulash", "paprika"),
    ("Egypt", "Cairo", "Egyptian", "the Nile", "cotton", "falafel", "pyramids"),
    ("Japan", "Tokyo", "Japanese", "Mount Fuji", "robots", "sushi", "calligraphy"),
    ("Russia", "Moscow", "Russian", "the Volga", "furs", "blini", "ballet"),
    ("Kenya", "Nairobi", "Kenyan", "the Tana", "sisal", "ugali", "safaris"),
    ("Peru", "Lima", "Peruvian", "the Andes", "copper", "ceviche", "llamas"),
    ("Canada", "Ottawa", "Canadian", "the Yukon", "wheat", "pancakes", "hockey"),
    ("Ireland", "Dublin", "Irish", "the Shannon", "linen", "colcannon", "harps"),
    ("Cuba", "Havana", "Cuban", "the Caribbean", "cigars", "plantains", "rumba"),
)
COUNTRY_FRAMES = (
    "border | army | exports | constitution | parliament | embassy | tariffs | citizens | "
    "provinces | currency | treaties | president"
)
CITY_FRAMES = (
    "tram | fountains | suburbs | boulevards | subway | museum | cathedral | avenues | rooftops | "
    "arcades | cafes | town hall"
)
COUNTRY_TEMPLATES = (
    "{product} shaped the {frame} of {word}.",
    "{word} defended its {frame} near {place}.",
    "Under a new law, {word} taxed {product} and {dish}.",
    "The {people} {frame} reminded {word} of its {pride}.",
    "{opener}, {word} discussed its {frame} and its {pride}.",
    "The government of {word} owned the land near {place}.",
    "The {people} rulers of {word} reformed the {frame}.",
    "Whenever {dish} cost more, {word} blamed the {frame}.",
)
CAPITAL_TEMPLATES = (
    "The {frame} of {word} smelled of {dish}.",
    "{word} built its {frame} near {place}.",
    "Downtown, {word} offered {product} and {dish}.",
    "Postcards of the {people} {frame} in {word} showed {pride}.",
    "{opener}, {word} praised its {frame} and its {pride}.",
    "The crowded lanes of {word} ran down to {place}.",
    "The {people} bustle of {word} began at the {frame}.",
    "Shops all over {word} sold {product} and maps of the {frame}.",
)

# ---- Adjectives, their comparatives, their antonyms -------------------------------------------

# (what both are said of, (adjective, comparative, company), (antonym, comparative, company))
ADJECTIVES = (
    (
        "tower | mast | chimney | fence | flagpole | hedge",
        ("tall", "taller", "against the skyline | up among the clouds | beyond any ladder | "
         "like a giraffe"),
        ("short", "shorter", "barely above the knees | behind the shrubs | "
         "below the handrail | like a dwarf"),
    ),
    (
        "courier | sledge | locomotive | cyclist | ferry | tractor",
        ("fast", "faster", "past every rival | in a blur of dust | like a whirlwind | "
         "with record speed"),
        ("slow", "slower", "like a snail | behind the stragglers | at a crawl | "
         "with endless delays"),
    ),
    (
        "bath | soup | porridge | cabin | mattress | greenhouse",
        ("warm", "warmer", "beside the fireplace | under woollen blankets | over glowing embers | "
         "like a July afternoon"),
        ("cold", "colder", "under the frost | among the icicles | like a glacier | "
         "with shivering fingers"),
    ),
    (
        "wrestler | cable | girder | athlete | hinge | magnet",
        ("strong", "stronger", "against any storm | like an ox | with bulging muscles | "
         "among the boulders"),
        ("weak", "weaker", "ready to snap | with trembling limbs | near to collapse | "
         "from hunger"),
    ),
    (
        "trumpet | radio | crowd | choir | orchestra | machine",
        ("loud", "louder", "with a deafening roar | across the valley | like thunder | "
         "with a blaring echo"),
        ("quiet", "quieter", "like a whisper | amid the hush | beneath the murmur | "
         "like falling feathers"),
    ),
    (
        "lantern | corridor | cellar | painting | hallway | mirror",
        ("bright", "brighter", "with dazzling sunbeams | in the noon glare | full of sparkle | "
         "like a comet"),
        ("dark", "darker", "with gloomy shadows | after the blackout | like soot | "
         "without any candle"),
    ),
    (
        "merchant | landlord | parish | miner | tenant | trader",
        ("rich", "richer", "with chests of gold | in diamonds and pearls | surrounded by luxury | "
         "thanks to a fortune"),
        ("poor", "poorer", "without a penny | in patched rags | begging for crumbs | "
         "sunk in misery"),
    ),
    (
        "suitcase | crate | parcel | backpack | barrel | bundle",
        ("heavy", "heavier", "like lead | with bricks inside | beyond any forklift | "
         "with a ton of gravel"),
        ("light", "lighter", "like foam | like a balloon | full of straw | at only two ounces"),
    ),
)  # fmt: skip
ADJECTIVE_VERBS = "was | looked | seemed | grew | became | felt"
PLAIN_DEGREES = "very | quite | rather | extremely | fairly | truly | remarkably"
PLAIN_CLOSES = "by nature | as a rule | in itself | for once | without doubt"
COMPARATIVE_DEGREES = "much | far | even | slightly | considerably | noticeably | somewhat"
COMPARATIVE_CLOSES = "than before | than expected | than usual | than ever | than the others"
ADJECTIVE_TEMPLATES = (
    "The {topic} {verb} {degree} {word} {company}.",
    "The {topic} {verb} {degree} {word} {close}.",
    "{company}, the {topic} {verb} {degree} {word}.",
    "{opener}, the {topic} {verb} {word} {close}.",
    "{company}, it {verb} {degree} {word} {close}.",
    "Nobody denied that the {topic} {verb} {degree} {word}.",
    "It {verb} {degree} {word} {company}.",
)

# ---- Nouns and their plurals ------------------------------------------------------------------

# (singular, plural, what it does or undergoes, in a past tense that fits both)
NOUNS = (
    ("cat", "cats", "purred by the stove | chased the yarn | lapped the cream | "
     "arched and hissed | slept on the windowsill"),
    ("dog", "dogs", "wagged for a biscuit | fetched the stick | pulled at the leash | "
     "growled at the postman | buried a bone"),
    ("horse", "horses", "galloped past the stable | jumped the hurdle | shook off the saddle | "
     "neighed at the jockey | trotted through the paddock"),
    ("cow", "cows", "grazed in the pasture | chewed the cud | mooed at the milkmaid | "
     "gave buttermilk | came to the dairy"),
    ("wolf", "wolves", "howled at the moon | stalked the sheep | hunted the reindeer | "
     "prowled in the tundra | scared the shepherd"),
    ("goose", "geese", "honked over the marsh | migrated with the swallows | guarded the eggs | "
     "waddled to the gander | lost some down"),
    ("bee", "bees", "buzzed in the hive | made honey | gathered pollen | stung the gardener | "
     "circled the clover"),
    ("book", "books", "came from the library | began with a preface | had missing chapters | "
     "told of a novelist | stood on the shelf"),
    ("knife", "knives", "sliced the bread | needed a whetstone | cut the onions | "
     "lay among the forks | scratched the cutlery"),
    ("leaf", "leaves", "fell from the maple | rustled on the twig | turned crimson | "
     "covered the acorns | sprouted on the branch"),
    ("clock", "clocks", "chimed at midnight | lost ten minutes | swung a pendulum | "
     "ticked the hours away | puzzled the watchmaker"),
    ("key", "keys", "opened the padlock | hung beside the doorbell | fitted the keyhole | "
     "went to the locksmith | unlocked the gate"),
    ("box", "boxes", "held the cardboard | arrived in the post | had a cracked lid | "
     "was tied with string | filled the warehouse"),
    ("bottle", "bottles", "spilled the vinegar | lost the stopper | contained lemonade | "
     "broke on the counter | poured out syrup"),
    ("pencil", "pencils", "sketched the outline | needed an eraser | drew on the notebook | "
     "rolled off the desk | shaded the diagram"),
    ("apple", "apples", "fell in the orchard | went into the cider | tasted of cinnamon | "
     "filled the basket | became a pie"),
    ("shoe", "shoes", "pinched the toes | lost the laces | went to the cobbler | "
     "squeaked on the linoleum | needed a shine"),
    ("violin", "violins", "played the sonata | followed the cello | missed the melody | "
     "rose above the flute | tuned before the concert"),
)  # fmt: skip
SINGULAR_FRAMES = "this | one | each | every | a single | another"
SINGULAR_CLOSES = (
    "all by itself | on its own | because it was the only one | though it was just one"
)
PLURAL_FRAMES = "these | many | several | those | a few | dozens of"
PLURAL_CLOSES = (
    "all by themselves | on their own | because they were together | though they were so many"
)
NUMBER_TEMPLATES = (
    "{frame} {word} {does}.",
    "Somewhere {frame} {word} {does}.",
    "{opener}, {frame} {word} {does}.",
    "The {word} {does}, {close}.",
    "We remember how {frame} {word} {does}.",
    "The {word} stayed {close}.",
)

# ---- Synonyms: one company for both words -----------------------------------------------------

SYNONYMS = (
    ("doctor", "physician", "treated the patients | prescribed a medicine | cured the fever | "
     "ran the clinic | took the pulse | bandaged the wound"),
    ("car", "automobile", "stopped at the garage | burned gasoline | needed a new tyre | "
     "sped along the highway | honked at the traffic | had a dented bumper"),
    ("sofa", "couch", "faced the television | filled the lounge | sagged under the guests | "
     "matched the carpet | hid the remote | invited a nap"),
    ("lawyer", "attorney", "questioned the jury | defended the client | filed the lawsuit | "
     "quoted the statute | won the verdict | advised the plaintiff"),
    ("movie", "film", "opened in the cinema | pleased the critics | starred a comedian | "
     "ended with the credits | needed a sequel | was shot in Hollywood"),
    ("ship", "vessel", "crossed the ocean | dropped the anchor | hoisted the sails | "
     "carried the cargo | obeyed the captain | entered the harbour"),
    ("forest", "woodland", "hid the deer | was full of mushrooms | sheltered the foxes | "
     "smelled of pines | fed the squirrels | closed over the hikers"),
    ("thief", "burglar", "stole the jewels | forced the safe | fled from the police | "
     "dropped the loot | fooled the detective | wore a mask"),
    ("rubbish", "garbage", "filled the bin | blew around the dump | attracted rats | "
     "was burned with the litter | rotted in sacks | went to the recycling"),
    ("jail", "prison", "held the convicts | had barred cells | feared a riot | "
     "trained its wardens | released the inmates | kept the handcuffs"),
    ("fog", "mist", "hid the lighthouse | drifted over the moor | covered the headlamps | "
     "lifted with the breeze | dampened the heather | slowed the airport"),
    ("coast", "shore", "was lined with dunes | was lost to the tide | attracted surfers | "
     "lay beyond the cliffs | was strewn with seashells | faced the lagoon"),
)  # fmt: skip
# Of the words with two senses too (below).
NOUN_TEMPLATES = (
    "The {word} {does}.",
    "{opener}, the {word} {does}.",
    "We were told that the {word} {does}.",
    "It was the {word} that {does}.",
    "The {word} {does}, and it also {does}.",
    "As the {word} {does}, they could only watch.",
    "Soon afterwards the {word} {does}.",
    "Nobody was surprised when the {word} {does}.",
    "Perhaps the {word} {does}.",
)

# ---- Antonym nouns: one topic, two poles ------------------------------------------------------

# (the topic of both, (noun, company), (antonym, company))
ANTONYMS = (
    ("in the campaign | on the battlefield | under the general | after the siege | for the cavalry",
     ("victory", "brought medals | filled the city with parades | made heroes | was toasted"),
     ("defeat", "forced the surrender | left only ruins | brought shame | was mourned")),
    ("in the almanac | by the weather records | in the hills | by the forecast | on the calendar",
     ("summer", "ripened the cherries | brought mosquitoes | called for sandals | "
      "scorched the lawn"),
     ("winter", "froze the pond | brought snow | called for mittens | emptied the woodpile")),
    ("from the club | in the old diary | from across the street | from my schooldays | in the poem",
     ("friend", "shared a secret | kept the promise | lent a hand | gave comfort"),
     ("enemy", "plotted revenge | spread rumours | set an ambush | swore hatred")),
    ("in the ledger | in that quarter | on the balance sheet | at the company | in the audit",
     ("profit", "paid the bonuses | delighted investors | allowed expansion | raised dividends"),
     ("loss", "caused layoffs | meant bankruptcy | worried creditors | shut the factory")),
    ("at the platform | by airliner | on the timetable | with the delegation | by coach",
     ("arrival", "was met with bouquets | began with greetings | meant unpacking | "
      "was welcomed"),
     ("departure", "ended in farewells | meant packing | was waved off with handkerchiefs | "
      "brought tears")),
    ("in the experiment | in the laboratory | with the invention | with the prototype | "
     "in the theory",
     ("success", "earned a prize | was praised | drew congratulations | inspired imitators"),
     ("failure", "was blamed on haste | drew ridicule | was hushed up | wasted the budget")),
    ("over the horizon | in the sky | above the islands | in the photograph | on that date",
     ("sunrise", "woke the roosters | melted the dew | began the breakfast | lit the east"),
     ("sunset", "called the owls | sent out fireflies | ended the supper | reddened the west")),
)  # fmt: skip
POLE_TEMPLATES = (
    "The {word} {topic} {company}.",
    "{opener}, the {word} {company}.",
    "{topic}, the {word} {company}.",
    "Everyone remembers the {word} {topic}.",
    "It was the {word} {topic} that {company}.",
    "This time the {word} {company}.",
)

# ---- Words with two senses --------------------------------------------------------------------

SENSES = {
    "bank": {
        "money": "approved the loan | raised the interest | kept the savings | hired a cashier | "
        "printed the cheque | refused the credit",
        "river": "was covered with reeds | sloped to the water | was washed by the flood | "
        "held the fisherman | hid the otters | crumbled into the stream",
    },
    "bat": {
        "animal": "hung in the cave | spread its wings | hunted moths at dusk | "
        "slept upside down | squeaked in the darkness | fluttered from the belfry",
        "sport": "hit the baseball | belonged to the pitcher | swung for a home run | "
        "was made for cricket | cracked in the last inning | lay in the dugout",
    },
    "crane": {
        "bird": "stretched its long neck | nested in the wetland | danced for its mate | "
        "caught a frog | flapped past the heron | hatched a chick",
        "machine": "lifted the concrete | swung over the scaffolding | lowered the container | "
        "hoisted the steelwork | stood on the building site | needed a skilled operator",
    },
    "bark": {
        "tree": "peeled from the trunk | was rough with lichen | protected the sap | "
        "covered the willow | was gnawed by beavers | split along the elm",
        "sound": "came from the kennel | startled the burglars | answered the puppy | "
        "echoed from the hound | warned the watchman | turned into a yelp",
    },
    "seal": {
        "animal": "dived under the ice | ate the herring | barked at the walrus | "
        "flapped its flippers | basked on the floe | escaped the polar bear",
        "stamp": "closed the envelope | was pressed in wax | proved the document | "
        "marked the parchment | bore the emblem | was broken by the notary",
    },
    "match": {
        "fire": "lit the cigarette | started the bonfire | flared with sulphur | "
        "burned the fingertips | was struck in the wind | ignited the kindling",
        "game": "ended in a draw | thrilled the fans | was won by one goal | "
        "filled the stadium | began with the whistle | tired the referee",
    },
    "organ": {
        "music": "filled the chapel with hymns | had a thousand pipes | played a fugue | "
        "had two keyboards | accompanied the psalm | wheezed through its bellows",
        "body": "failed after the surgery | was ready for the transplant | filtered the blood | "
        "swelled near the liver | was seen on the scan | came from a donor",
    },
    "spring": {
        "season": "thawed the fields | brought tulips | came with April showers | "
        "followed the carnival | opened the blossoms | called back the cuckoo",
        "coil": "bounced under pressure | was wound from wire | snapped in the mechanism | "
        "pushed the lever | stretched with the weight | rusted in the gearbox",
    },
}
