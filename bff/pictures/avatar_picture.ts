/** Faces of people who do not exist. */
import { colours, ink, paper } from "./colours.ts";
import { choice, pick } from "./seeded.ts";
import { disc, dots, line, oval, path, rect, veil } from "./shapes.ts";
import { svg } from "./svg.ts";

const side = 128;
const skins = ["#f6d3b3", "#eebf97", "#dca57a", "#b97f55", "#8c5b3c"] as const;
const hairs = ["#2b2522", "#2b2522", "#4a3328", "#6b4a34", "#a8713f", "#8d8f96"] as const;
const clothes = [
  "#4f7cc4",
  "#d95d50",
  "#3f9b9b",
  "#eec14e",
  "#8b76c1",
  "#6ca27c",
  "#37497a",
] as const;
const grounds = [
  "blue",
  "teal",
  "green",
  "pink",
  "orange",
  "yellow",
  "purple",
  "sand",
  "red",
] as const;

/** Draws the face of the user `id`. */
export function avatarPicture(id: number): string {
  const { halo } = colours[pick(grounds, id, 1)];
  const skin = pick(skins, id, 2);
  const hair = pick(hairs, id, 3);
  const [behind, before] = pick(styles, id, 4);
  return svg(
    side,
    side,
    "portrait",
    rect(0, 0, side, side, halo),
    behind(hair),
    body(skin, id),
    oval(64, 60, 25, 29, skin) + disc(39, 63, 6, skin) + disc(89, 63, 6, skin),
    face(id),
    before(hair),
    glasses(id),
  );
}

function body(skin: string, id: number): string {
  const cloth = pick(clothes, id, 5);
  const collar = choice(id, 6, 3);
  return rect(55, 78, 18, 24, skin, 8) +
    path("M16 128C18 104 38 96 54 95Q64 104 74 95C90 96 110 104 112 128z", cloth) +
    (collar === 0 ? path("M52 95L64 112L50 110zM76 95L64 112L78 110z", paper) : "") +
    (collar === 1 ? line("M50 97Q64 112 78 97", paper, 4) : "");
}

function face(id: number): string {
  const smile = pick(["M55 73Q64 81 73 73", "M57 74Q64 79 71 74", "M56 73Q66 80 72 72"], id, 7);
  return disc(54, 60, 2.8, ink) + disc(74, 60, 2.8, ink) +
    line("M49 52q5-3 9 0M70 52q5-3 9 0", "#4a3a33", 2) +
    line(smile, "#a8504a", 2.6) + veil(0.2, line("M64 62l-2 6h3", ink, 1.6)) +
    (choice(id, 8, 3) === 0 ? veil(0.35, dots(4, "#e88f80", [47, 69], [81, 69])) : "");
}

type Hair = (fill: string) => string;
const nothing: Hair = () => "";

/** Hair behind the head, and before it. */
const styles: readonly [readonly [Hair, Hair], ...(readonly [Hair, Hair])[]] = [
  [nothing, (fill) => path("M37 58C34 24 94 24 91 58C86 46 78 42 64 42S42 46 37 58z", fill)],
  [
    nothing,
    (fill) =>
      path("M37 60C32 20 80 16 90 34C94 40 92 54 91 60C88 50 84 44 74 40C62 48 44 46 37 60z", fill),
  ],
  [
    (fill) => path("M34 100C26 30 102 30 94 100C84 106 44 106 34 100z", fill),
    (fill) => path("M38 58C38 30 90 30 90 58C80 50 72 42 66 38C60 48 46 50 38 58z", fill),
  ],
  [
    (fill) => path("M36 88C30 28 98 28 92 88z", fill),
    (fill) => path("M38 54C40 28 88 28 90 54Q64 44 38 54z", fill),
  ],
  [
    (fill) => disc(64, 22, 13, fill),
    (fill) => path("M38 58C36 26 92 26 90 58C84 44 74 40 64 40S44 44 38 58z", fill),
  ],
  [
    (fill) => disc(38, 40, 15, fill) + disc(90, 40, 15, fill),
    (fill) => path("M38 56C40 28 88 28 90 56C80 46 70 44 64 38C58 44 48 46 38 56z", fill),
  ],
  [nothing, (fill) => line("M44 44h0M54 36h0M65 33h0M76 37h0M85 45h0", fill, 22)],
  [
    nothing,
    (fill) =>
      path("M38 56C36 26 92 26 90 56C84 44 76 42 64 42S44 44 38 56z", fill) +
      path("M46 78Q64 100 82 78Q82 92 64 92T46 78z", fill),
  ],
];

function glasses(id: number): string {
  if (choice(id, 9, 4) !== 0) return "";
  return line(
    "M46 60a8 7 0 1 0 16 0a8 7 0 1 0-16 0zM66 60a8 7 0 1 0 16 0a8 7 0 1 0-16 0zM62 60h4",
    ink,
    2,
  );
}
