import type { Theme } from "./theme.ts";

/** Kitchen, table, bed and light. */
export const home: Theme = {
  name: "Home & Kitchen",
  language: "en",
  brands: "Fernhollow|Brackwell|Hearthlane|Marrowby|Ostrin|Lumenfold",
  praise:
    "Looks even better on the table than in the pictures.|Heavy in the hand, in a good way.|Easy to clean after a long dinner.|It matches everything I already had.|Sturdy, no wobble at all.",
  complaints:
    "The finish scratched in the first week.|Smaller than it looks in the photos.|The colour is a shade darker than shown.|It smelled of the factory for two days.",
  shelves: [
    {
      name: "Cookware",
      kinds: {
        "Frying Pan": [89, 399, "pan"],
        "Stock Pot": [129, 599, "pot"],
        "Wok": [119, 499, "wok"],
        "Casserole": [169, 899, "casserole"],
      },
      traits: "Cast Iron|Non-stick|Stainless Steel|Enamelled|Hard-anodised",
      sizes: "20 cm|24 cm|28 cm|30 cm, with Lid",
      points:
        "heats evenly to the rim|works on every hob, induction too|a handle that stays cool|oven safe to 220 °C",
      notes:
        "Wash it by hand and dry it at once, and it will outlive the stove.|The base is five millimetres thick so that it does not warp.|A short booklet with twelve one-pan dinners is in the box.",
    },
    {
      name: "Tableware",
      kinds: {
        "Dinner Plate": [19, 99, "plate"],
        "Soup Bowl": [15, 79, "bowl"],
        "Tea Set": [129, 599, "teapot"],
        "Serving Board": [49, 229, "board"],
        "Glass Carafe": [39, 159, "carafe"],
      },
      traits: "Stoneware|Hand-glazed|Ash-grey|Speckled|Midnight-blue|Everyday",
      sizes: "Single|Set of 2|Set of 4|Set of 6",
      points:
        "safe in dishwasher and microwave|no two pieces quite alike|stacks flat in the cupboard|a rim that does not chip",
      notes:
        "The glaze is free of lead and cadmium.|Fired twice at 1,250 °C, which makes it dense enough for daily use.|Small specks in the glaze are part of the clay, not a fault.",
    },
    {
      name: "Storage",
      kinds: {
        "Storage Box": [19, 99, "storage_box"],
        "Laundry Basket": [49, 199, "basket"],
        "Spice Rack": [59, 229, "spice_rack"],
        "Shoe Cabinet": [199, 799, "cabinet"],
      },
      traits: "Bamboo|Woven|Foldable|Stackable|Powder-coated|Felt",
      sizes: "Small|Medium|Large|Set of 3",
      points:
        "folds flat when you do not need it|a lid that keeps dust out|fits standard shelves|goes together without tools",
      notes:
        "All edges are sanded and sealed.|It carries up to ten kilograms a level.|The label holder takes any card cut to seven by four centimetres.",
    },
    {
      name: "Bedding",
      kinds: {
        "Duvet Cover": [129, 599, "bed"],
        "Fitted Sheet": [79, 329, "bed"],
        "Pillow": [59, 399, "pillow"],
        "Throw Blanket": [99, 459, "blanket"],
      },
      traits: "Washed Linen|Cotton Percale|Brushed|Waffle|Sateen",
      sizes: "Single, Oat|Single, Slate|Double, Oat|Double, Slate|King, Sage",
      points:
        "softer after every wash|breathes in summer, warm in winter|hidden zip|long staple fibres that do not pill",
      notes:
        "Pre-washed, so that it keeps its size.|Tested for harmful substances by an independent laboratory.|Wash at forty degrees and hang it up damp: no ironing needed.",
    },
    {
      name: "Lighting",
      kinds: {
        "Desk Lamp": [89, 499, "desk_lamp"],
        "Floor Lamp": [199, 899, "floor_lamp"],
        "Night Light": [25, 99, "night_light"],
        "Pendant Lamp": [149, 999, "pendant"],
      },
      traits: "Dimmable|Paper-shade|Brass|Warm-white|Rechargeable|Minimal",
      sizes: "Black|White|Copper|Black, Large",
      points:
        "three colours of white|remembers the last brightness|no flicker on camera|a cable two metres long",
      notes:
        "The lamp is replaceable and comes in the box.|Touch the base to switch, hold it to dim.|Rated for 25,000 hours of light.",
    },
  ],
};
