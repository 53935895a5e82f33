import type { Theme } from "./theme.ts";

/** Tools, pots and water. */
export const garden: Theme = {
  name: "Garden & Tools",
  language: "en",
  brands: "Thornacre|Mallowfield|Ironbeck|Sedgeley Forge|Greenstead|Copse & Co",
  praise:
    "Feels like my grandfather's, and I mean that as praise.|Cuts clean from the first day.|The grip fits small hands too.|Stood outside all winter, no rust.|Does exactly what it says.",
  complaints:
    "The thread did not fit my tap.|The blade needed sharpening out of the box.|The handle is too short for me.|One screw was missing.",
  shelves: [
    {
      name: "Hand Tools",
      kinds: {
        "Pruning Shears": [59, 299, "shears"],
        "Trowel": [25, 99, "trowel"],
        "Claw Hammer": [49, 179, "hammer"],
        "Screwdriver Set": [49, 259, "screwdriver"],
        "Hand Saw": [59, 229, "hand_saw"],
      },
      traits: "Forged|Ash-handled|Carbon Steel|Compact|Workshop",
      sizes: "180 mm|220 mm|Standard|with Pouch",
      points:
        "an edge that stays|parts can be replaced|balanced near the head|no plastic where it counts",
      notes:
        "Oil the blade lightly before the winter.|Guaranteed for ten years against faults of material.|The handle is turned from wood dried for two years.",
    },
    {
      name: "Power Tools",
      kinds: {
        "Cordless Drill": [199, 899, "drill"],
        "Hedge Trimmer": [259, 799, "hedge_trimmer"],
        "Jigsaw": [199, 699, "jigsaw"],
        "Leaf Blower": [229, 799, "leaf_blower"],
      },
      traits: "Brushless|Light-duty|12 V|20 V|Low-noise",
      sizes: "Bare Tool|with 1 Battery|with 2 Batteries|Kit in Case",
      points:
        "one battery for the whole range|light enough for overhead work|stops at once when you let go|charged in forty minutes",
      notes:
        "Wear eye and ear protection.|The charger is included where a battery is.|Brushes never need changing.",
    },
    {
      name: "Planters",
      kinds: {
        "Flower Pot": [15, 129, "flower_pot"],
        "Raised Bed": [129, 599, "raised_bed"],
        "Hanging Basket": [29, 119, "hanging_basket"],
        "Seed Tray": [12, 59, "seed_tray"],
      },
      traits: "Terracotta|Glazed|Cedar|Recycled|Fibre-clay",
      sizes: "Small|Medium|Large|Set of 3",
      points: "drains as it should|frost proof to minus ten|goes well with herbs|ages beautifully",
      notes:
        "Put a shard over the hole before the soil.|The saucer is sold with it.|Colours deepen after the first rain.",
    },
    {
      name: "Watering",
      kinds: {
        "Watering Can": [39, 199, "watering_can"],
        "Garden Hose": [79, 359, "hose"],
        "Sprinkler": [39, 179, "sprinkler"],
        "Drip Kit": [69, 299, "drip_kit"],
      },
      traits: "Galvanised|Kink-free|Adjustable|Slow-flow|Copper",
      sizes: "5 l|10 l|15 m|30 m",
      points:
        "a rose as fine as rain|fits the usual taps|does not drip on the way|set it and leave for a week",
      notes:
        "Empty it before the first frost.|Seals and washers are in the box.|Works from a rain barrel as well as from the tap.",
    },
  ],
};
