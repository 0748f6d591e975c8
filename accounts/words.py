"""The plain nouns that two people read to each other to be certain that they are linking with one another."""

import secrets

WORDS = tuple(
    """
    acorn almond anchor apple apricot apron arch arrow atlas attic autumn avenue awning bagel bakery balcony ballad
    balloon bamboo banjo banner barley barn basil basin basket bayou beacon beaker bean beaver beehive beetle bell
    bench berry bicycle birch biscuit bison blanket blossom boat bobbin bonfire bonnet bookshop boot bottle bough
    boulder bowl bracelet braid branch bread breeze brick bridge brook broom brush bucket buckle bulb bunting buoy
    bureau bus butter button cabbage cabin cable cactus cake camel camera canal canary candle canoe canvas canyon
    cape caravan caravel card cardigan carpet carrot cart castle cavern cedar celery cello chair chalk channel
    chapel chart chestnut chimney chorus cider cinema cinnamon circle citrus clarinet clay cliff cloak clock cloud
    clover coast coat cobble cocoa coffee coin comet compass cookie copper coral cork corner cottage cotton couch
    courier cove coyote crane crater crayon creek cricket crocus crown crumb crystal cup cupboard curtain cushion
    cymbal cypress daffodil dahlia dairy daisy dawn deer delta denim desert desk dew diamond diary dinghy dolphin
    donkey door dove dragonfly drawer drum duck dune dusk eagle easel echo elm ember emerald engine envelope estuary
    evening fabric falcon farm fawn feather fence fennel fern ferry fiddle field fig finch fiord firefly fjord flag
    flannel flask flax fleece flock flour flower flute foam fog forest fork fossil fountain fox frog frost fruit
    gallery garden garlic garnet gate gazelle gecko geyser ginger giraffe glacier glade glass globe glove goat goose
    grain granite grape grass grove guitar gull hammock hamper harbor harp harvest hat hawk hazel hearth heather
    hedge hedgehog helmet heron hickory hill honey hoop horizon horse hotel house ibis iceberg icicle igloo inlet
    island ivy jacket jar jasmine jersey jewel jigsaw juniper kayak kelp kernel kettle keyboard kingfisher kiosk
    kitchen kite kiwi koala lace ladder ladle lagoon lake lamp lantern lark latch lattice laurel lavender lawn leaf
    ledge lemon lentil lettuce library lichen lighthouse lilac lily lime linen lion lizard llama lobby lodge loom
    lotus lynx magnet magnolia magpie mallow mandolin mango map maple marble margin marigold market marmot marsh
    meadow melody mesa meteor mill mint mirror mitten moat mole monsoon moon moose morning mosaic moss moth motor
    mountain mouse muffin mulberry museum mushroom mustard napkin nectar needle nest nettle newt night notebook
    nutmeg oak oar oasis oat ocean octopus olive onion opal orange orbit orchard orchid organ osprey otter oven owl
    oyster paddle page paint palace palette panda panther papaya paper parade parcel park parrot parsley parsnip
    path patio pavilion peacock pebble pelican pencil penguin peony pepper perch piano picnic pier pigeon pillow
    pine pitcher planet plank plateau platter plaza plough plover pocket poem pond pony poplar poppy porch portrait
    postcard potato pottery prairie prism puddle puffin pulley pumpkin puzzle pyramid quail quarry quartz quay quill
    quilt rabbit raccoon radio radish raft railway rain rainbow raisin ranch raven reed reef reindeer ribbon rice
    ridge ripple river robin rocket roof rosemary rudder rug saddle saffron sage sail salad salmon sand sandal
    sapphire satchel sauce scarf school sculpture seagull seal season seed sesame shadow shamrock sheep shell
    sherbet shore shovel shutter signal silk silver sketch skipper skylark sled sleet snow snowdrop soap sofa sonnet
    soup sparrow spice spinach spiral sponge spoon spring spruce square squirrel stable stadium stair stamp star
    starfish station statue steeple stone stork stove strait straw stream string summer summit sun sunset swallow
    swan sweater swing table tablet tambourine tangerine tapestry tea teacup teapot temple tent terrace theater
    thicket thimble thistle thunder thyme tide tiger tile timber toast toffee tomato topaz torch tortoise toucan
    towel tower trail train tram tree trellis trout truffle trumpet tulip tunnel turnip turquoise turtle tweed twig
    umbrella valley vanilla vase velvet veranda vessel village vine viola violet violin volcano waffle wagon wallet
    walnut walrus water waterfall wave weasel whale wharf wheat wheel whistle willow wind window winter wolf wombat
    wood wool wren yacht yarn yogurt zebra zephyr zinnia
    """.split()  # noqa: SIM905  (a list of six hundred strings would be six hundred lines)
)


def three_words() -> str:
    """Return three words drawn at random, with spaces between: over 28 bits, read aloud in a breath."""
    return " ".join(secrets.choice(WORDS) for _ in range(3))
