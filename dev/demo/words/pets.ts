import type { Theme } from "./theme.ts";

/** For dogs, cats and fish. */
export const pets: Theme = {
  name: "Pet Supplies",
  language: "en",
  brands: "Pawmarsh|Tuftwick|Bramblecat|Waggon Lane|Finnery|Old Burrow",
  praise:
    "My two fight over it every evening.|Survived a puppy for six weeks and counting.|No smell, no stains.|Washes well, even the corners.|The shy one came out of hiding for it.",
  complaints:
    "Chewed through in a day.|My cat sleeps in the box instead.|Smaller than the size chart says.|The lid does not close tightly.",
  shelves: [
    {
      name: "Dogs",
      kinds: {
        "Dog Bed": [99, 459, "dog_bed"],
        "Lead": [39, 159, "lead"],
        "Chew Toy": [19, 79, "chew_toy"],
        "Harness": [59, 229, "harness"],
        "Food Bowl": [25, 119, "pet_bowl"],
      },
      traits: "Washable|Padded|Rope|Reflective|Tough",
      sizes: "S|M|L|XL",
      points:
        "easy on joints|comes clean in the machine|no sharp buckle near the skin|for the ones that pull",
      notes:
        "Measure around the chest before you choose a size.|The filling comes out for washing.|Not for unattended use with very strong chewers.",
    },
    {
      name: "Cats",
      kinds: {
        "Scratching Post": [69, 359, "scratching_post"],
        "Cat Tree": [199, 899, "cat_tree"],
        "Litter Box": [79, 399, "litter_box"],
        "Feather Wand": [12, 49, "feather_wand"],
        "Window Perch": [59, 199, "window_perch"],
      },
      traits: "Sisal|Corrugated|Quiet|Birch|Plush",
      sizes: "Small|Medium|Large|Grey",
      points:
        "stands firm at full gallop|spare parts sold singly|no tracking across the floor|a view for long afternoons",
      notes:
        "Put it near a window and it will be used.|Goes together with one key, which is in the box.|The cover comes off in one pull.",
    },
    {
      name: "Aquarium",
      kinds: {
        "Glass Tank": [129, 899, "fish_tank"],
        "Filter": [79, 399, "filter"],
        "Aquarium Light": [89, 459, "aquarium_light"],
        "Driftwood": [39, 199, "driftwood"],
        "Fish Food": [15, 69, "fish_food"],
      },
      traits: "Nano|Low-iron|Silent|Planted|Slimline",
      sizes: "10 l|20 l|45 l|60 l",
      points:
        "hardly a sound at night|clear corners without plastic|rinses under the tap|for soft and for hard water",
      notes:
        "Let the tank run for three weeks before the first fish.|Place it on a level surface, away from the sun.|The sponge is washed in tank water, never in soap.",
    },
  ],
};
