import type { Theme } from "./theme.ts";

/** Paper, ink and the desk. */
export const stationery: Theme = {
  name: "Books & Stationery",
  language: "en",
  brands: "Quillfen|Sparrowgate|Inkwold|Papermoor|Old Ferry Press|Linden & Loam",
  praise:
    "The paper takes a wet nib without a shadow on the back.|Feels like something made to be kept.|Lies flat on the desk, as promised.|I bought a second one for the office.|A gift that was used the same day.",
  complaints:
    "The corners arrived bent.|Ink shows through the page.|The clip is looser than I would like.|The cover marks easily.",
  shelves: [
    {
      name: "Notebooks",
      kinds: {
        "Notebook": [19, 99, "notebook"],
        "Sketchbook": [29, 129, "sketchbook"],
        "Journal": [35, 159, "journal"],
        "Pocket Pad": [9, 39, "pad"],
      },
      traits: "Dotted|Ruled|Blank|Linen-bound|Stitched|Recycled",
      sizes: "A6|A5|A5, Set of 3|B5",
      points:
        "120 g paper that loves ink|lies flat from the first page|numbered pages|an elastic that does not tire",
      notes:
        "Bound in thread, so no page falls out.|The paper is made from wood that was grown for it.|There is a pocket for receipts inside the back cover.",
    },
    {
      name: "Pens & Ink",
      kinds: {
        "Fountain Pen": [49, 499, "fountain_pen"],
        "Gel Pen": [5, 39, "gel_pen"],
        "Bottled Ink": [29, 129, "ink"],
        "Brush Pen": [12, 59, "brush_pen"],
        "Mechanical Pencil": [19, 129, "mechanical_pencil"],
      },
      traits: "Everyday|Brushed Steel|Matte|Resin|Classic",
      sizes: "Fine|Medium|Broad|Set of 2",
      points:
        "starts at the first stroke|balanced with the cap on the back|refills sold everywhere|dries in two seconds",
      notes:
        "A converter is in the box.|Rinse with clear water when you change colours.|Each nib is written with before it leaves the workshop.",
    },
    {
      name: "Calendars & Planners",
      kinds: {
        "Wall Calendar": [29, 99, "wall_calendar"],
        "Weekly Planner": [39, 149, "planner"],
        "Desk Calendar": [19, 79, "desk_calendar"],
        "Meal Planner": [15, 59, "planner"],
      },
      traits: "Illustrated|Undated|Minimal|Screen-printed|Botanical",
      sizes: "A4|A5|Large|Small",
      points:
        "starts in any month|room for the things that matter|holidays left blank for you|printed with soy inks",
      notes:
        "Fifty-four weeks on one hundred and twenty pages.|The hole at the top fits a plain nail.|Printed in a small run.",
    },
    {
      name: "Desk Organisers",
      kinds: {
        "Pen Tray": [29, 129, "pen_tray"],
        "Letter Rack": [39, 159, "letter_rack"],
        "Monitor Stand": [99, 399, "monitor_stand"],
        "Tape Dispenser": [19, 89, "tape_dispenser"],
      },
      traits: "Oak|Walnut|Cork|Steel|Felt-lined",
      sizes: "Small|Large|Light|Dark",
      points:
        "keeps the desk clear by noon|rubber feet that do not mark|a slot for the cable|made from one piece",
      notes:
        "Wipe with a dry cloth and oil it once a year.|No tools and no screws.|Grain and colour differ a little from piece to piece.",
    },
  ],
};
