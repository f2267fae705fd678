"""What people talk of when they talk of something else: food, sport, pets, travel, the house.

A question that names one of these, where the best answer does not, is hardly about what we know.
A community whose content does speak of one of them loses nothing: a word that an answer has is
met, and counts for it as any other.
"""

from functools import lru_cache

from bot.knowledge.words import stem

_SUBJECTS = """
    almond apple avocado bacon bagel bake baking banana barbecue bbq bean beans beef beer biscuit
    bread breakfast broccoli burger butter cabbage cake calorie calories carrot cereal cheese chef
    cherry chicken chilli chips chocolate cider cocktail coconut coffee cook cooker cooking cream
    curry dessert dinner dough egg eggs espresso fish flour fridge fries fruit garlic gin grape
    grapes gravy ham honey icecream ingredient jam juice kebab ketchup kitchen lamb lasagne lemon
    lettuce liquids lunch mayonnaise meal meat microwave milk muffin mushroom noodles nutrition
    oat oats oil olive omelette onion onions orange oven pancake pasta pastry peach peanut pear
    pepper pie pizza pork porridge potato potatoes prawn protein pudding pumpkin recipe rice roast
    salad salmon salt sandwich sauce sausage soup sourdough spaghetti spice spinach steak
    strawberry sugar sushi tea toast tofu tomato tuna turkey vanilla vegan vegetable vegetarian
    vitamin vitamins vodka wheat whisky wine yeast yoghurt arsenal athlete badminton baseball
    basketball boxing bowler bowling celtic champion championship chelsea cricket cup cycling
    darts derby everton fitness football footballer formula goalkeeper golf gym gymnastics hockey
    league liverpool marathon match medalist midfielder netball olympic olympics penalty pitch
    poker referee rugby run runner scorer skiing snooker soccer squash stadium striker surfing
    swim swimming tennis tenpin tottenham tournament training wembley wicket wimbledon workout
    wrestling yoga yorker alligator animal animals ant bat bear bee bees bird birds budgie bull
    butterfly camel cat cats chimpanzee cow crocodile dinosaur dog dogs dolphin donkey duck eagle
    elephant fox frog giraffe goat goldfish gorilla hamster hedgehog horse insect jellyfish
    kangaroo kitten leopard lion lizard monkey moth mouse octopus owl panda parrot penguin pet
    pets pig pigeon pony puppy rabbit rat reptile shark sheep slug slugs snail snake spider
    squirrel swan tiger tortoise turtle vet wasp wasps whale wolf worm zebra zoo airline airport
    beach beaches boat bus cab campsite caravan castle coach coast cottage cruise currency
    destination eiffel ferry festival flight flights gatwick heathrow hiking holiday holidays
    hostel hotel hotels island jet lake luggage luton museum mountain ocean passport petrol plane
    pyramid railway resort restaurant river sailing scooter seaside ski souvenir spa station
    suitcase sunbed taxi tourist tower train trains tram travel trip tube vacation visa volcano
    africa america american amsterdam asia australia barcelona belgium berlin blackpool brazil
    canada china dubai dublin egypt europe florida france french german germany greece india
    indian ireland italian italy japan japanese kenya manhattan mexico moscow norway paris poland
    portugal rome russia russian spain spanish sweden switzerland sydney thailand tokyo ukraine
    usa venice vegas actor actress album amazon anime avatar band beatles bieber bollywood bond
    book books cartoon celebrity cinema comedian comedy comic concert dance dancer dancing disney
    doctor drama drum dvd episode episodes eurovision film films game games gaming glastonbury
    gossip guitar hamlet hobbit hogwarts hollywood horoscope instrument joke karaoke lego lyrics
    magic marvel melody movie movies music musical musician netflix novel novels opera orchestra
    painter painting piano playlist podcast poem poems poetry pokemon potter puzzle quiz radio
    rapper riddle rock romance season sequel series shakespeare singer sing sings sitcom song
    songs spotify starred streaming strictly taylor theatre trailer trivia trumpet vampire
    videogame viking violin wizard xbox youtube zombie crossword chess sudoku bingo lottery
    jackpot android app apps battery bitcoin bluetooth browser broadband calculator camera charger
    chatgpt coding crypto download ebay emoji excel facebook fibre fortnite gmail google gpu
    hard-drive headphones html instagram internet ipad iphone javascript kettle keyboard laptop
    linkedin linux macbook microsoft monitor nintendo password pc phone photo photos photoshop
    playstation printer processor program python robot robots router samsung screenshot sim
    smartphone snapchat speaker spreadsheet tablet telescope television tiktok twitter usb video
    videos virus webcam website whatsapp wifi windows wireless wordpress zoom compose rhyme rhymes
    translate haiku limerick attic bath bathroom bathtub bedroom blanket boiler broom bulb candle
    carpet ceiling cleaner cleaning curtain curtains cushion decorate decorating detergent
    dishwasher diy door doorbell drain drill dryer duvet fence fireplace floor furniture garage
    garden gardening glue grass greenhouse hammer heater heating hoover iron ironing ladder lamp
    landlord laundry lawn lawnmower lightbulb mattress mirror mould mower nail nails paint pan
    pans parcel pillow pipe plant plants plaster plug plumber pond radiator roof rug saw screw
    shed sheet shelf shower sink sofa soil stain stains stairs sweep tap tenant tile tiles toaster
    toilet toilets towel tree trees vacuum vase wallpaper wardrobe washing weed weeds window acne
    allergy allergies asthma baby babies backache beard birthday blister boyfriend bride brother
    cancer christmas cough cousin dad dating daughter dentist diabetes diet divorce dress easter
    engagement eyebrow fashion fat father fever flu flower flowers funeral girlfriend grandad
    grandma grandmother granny haircut hairdresser hair halloween handbag hat hay headache
    honeymoon hospital jacket jeans jewellery jogging kid kids kiss lipstick makeup massage
    medicine migraine mother mothers mum nephew niece nose painkiller paracetamol parent parents
    party perfume pill pregnancy pregnant present rash ring scarf shampoo shirt shoe shoes
    siblings sister skin skincare sleep snoring son suit sunburn sunglasses surgery tattoo
    teenager teeth tie tights toddler tooth toothache trainers trousers twin umbrella uncle
    underwear vaccine vaccines wedding wig wrinkles alphabet algebra anatomy asteroid astronaut
    astronomy atom bacteria biology black-hole chemistry climate cloud comet continent degree
    dictionary earthquake eclipse electricity element equation essay evolution exam fossil galaxy
    geography geometry grammar gravity gcse homework hurricane kilometre kindergarten lightning
    maths mathematics mars metre microscope molecule moon nasa newton nursery oxygen periodic
    physics planet planets pluto pythagoras rain rainbow revision rocket satellite school schools
    science scientist sky snow solar spelling star stars storm student students sun sunset
    syllable temperature thesaurus thunder tornado tsunami universe university vocabulary vowel
    weather bike bikes bicycle brakes bumper car cars carburettor clutch dashboard driver driving
    engine exhaust fiesta gearbox honda lorry mechanic mileage mortgage mot motor motorbike
    motorcycle motorway parking pothole puncture rent roundabout satnav tyre tyres van vehicle
    wheel windscreen asda aldi argos bargain boots cashback checkout clothes costco costume coupon
    discount gift gifts groceries ikea isa insurance investment jewelry loan lidl mall mcdonalds
    nike pret receipt refund shop shopping shops stamp stamps starbucks sainsburys supermarket tax
    taxes tesco voucher waitrose deposit bank shares euro euros dollar dollars ounce grams kilo
    kilos apollo caesar cleopatra dracula einstein elvis hitler king kings knight knights napoleon
    nazi pharaoh pope prince princess president queen roman romans santa titanic tudor tudors
    software dongle aircraft knee ankle elbow ligament tendon composer symphony concerto detective
    telly checksum promoter chatbot
    unicorn church god bible pub pubs bar bars nightclub canteen playground
"""


@lru_cache(maxsize=1)
def subjects() -> frozenset[str]:
    """The stems of the words."""
    return frozenset(stem(word) for word in _SUBJECTS.split())
