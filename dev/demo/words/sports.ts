import type { Theme } from "./theme.ts";

/** Running, camping, cycling and fitness. */
export const sports: Theme = {
  name: "Sports & Outdoors",
  language: "en",
  brands: "Dunmorrow|Kestrelway|Ridgefen|Tarnholt|Volpe Run|Ashgrove Trail",
  praise:
    "Held up through a whole rainy weekend.|Light enough that I forget I am carrying it.|The zips run smoothly even with gloves on.|Used it every day for a month, not a mark on it.|Packs down smaller than I hoped.",
  complaints:
    "The strap came loose after a few trips.|Runs a size small.|Heavier than the page says.|The seams let some water in.",
  shelves: [
    {
      name: "Running",
      kinds: {
        "Running Shoes": [259, 999, "sneaker"],
        "Running Shorts": [59, 229, "shorts"],
        "Running Vest": [79, 329, "vest"],
        "Belt Bag": [39, 149, "belt_bag"],
      },
      traits: "Featherlight|Reflective|Cushioned|Quick-dry|Trail",
      sizes: "S|M|L|XL",
      points:
        "seen from a hundred metres at night|no seam where it rubs|dries within the hour|made for the long slow Sunday run",
      notes:
        "Half of the fibres are recycled bottles.|Rinse after use and dry in the shade.|Try it on at home; an unworn pair goes back free of charge.",
    },
    {
      name: "Camping",
      kinds: {
        "Dome Tent": [299, 1599, "tent"],
        "Sleeping Bag": [159, 899, "sleeping_bag"],
        "Camp Stove": [99, 459, "camp_stove"],
        "Folding Chair": [69, 329, "camp_chair"],
        "Lantern": [49, 199, "lantern"],
      },
      traits: "Ultralight|Four-season|Compact|Waterproof|Storm-proof",
      sizes: "1 Person|2 Person|4 Person|Moss Green|Sand",
      points: "up in four minutes|stands in a gale|packs to the size of a loaf|no smell of plastic",
      notes:
        "Seams are taped and tested to 3,000 mm of water.|Spare pegs and a repair patch are in the bag.|Air it for a day before you put it away.",
    },
    {
      name: "Cycling",
      kinds: {
        "Bike Helmet": [129, 599, "helmet"],
        "Bike Light": [49, 229, "bike_light"],
        "Pannier": [129, 499, "pannier"],
        "Floor Pump": [69, 259, "floor_pump"],
        "Bike Lock": [59, 299, "bike_lock"],
      },
      traits: "Commuter|All-weather|Quick-release|Low-profile|Heavy-duty",
      sizes: "Black|Signal Yellow|Stone|Black, Large",
      points:
        "clicks on and off in a second|charges from any USB-C cable|fits most racks|three years of warranty",
      notes:
        "Mounting parts for the usual frame sizes are in the box.|Inspect it after any fall and replace what is cracked.|Weighs less than it looks.",
    },
    {
      name: "Yoga & Fitness",
      kinds: {
        "Yoga Mat": [69, 399, "yoga_mat"],
        "Dumbbell": [49, 459, "dumbbell"],
        "Resistance Band": [19, 99, "band"],
        "Foam Roller": [49, 199, "roller"],
        "Skipping Rope": [19, 89, "skipping_rope"],
      },
      traits: "Natural Rubber|Anti-slip|Studio|Travel|Extra-thick",
      sizes: "Light|Medium|Heavy|Set of 3",
      points:
        "does not slide, even when you sweat|wipes clean|no phthalates|quiet on wooden floors",
      notes:
        "A poster with twenty exercises is in the tube.|Keep it out of direct sun.|A slight smell of rubber goes after two days of airing.",
    },
  ],
};
