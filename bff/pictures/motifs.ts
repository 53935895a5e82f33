/** Every thing that can be drawn, by name. */
import type { Motifs } from "./motif.ts";
import { appliances } from "./motifs/appliances.ts";
import { aquarium } from "./motifs/aquarium.ts";
import { bathroom } from "./motifs/bathroom.ts";
import { camping } from "./motifs/camping.ts";
import { clothes } from "./motifs/clothes.ts";
import { cosmetics } from "./motifs/cosmetics.ts";
import { devices } from "./motifs/devices.ts";
import { fresh } from "./motifs/fresh.ts";
import { garden } from "./motifs/garden.ts";
import { groceries } from "./motifs/groceries.ts";
import { kitchen } from "./motifs/kitchen.ts";
import { kitchenMachines } from "./motifs/kitchen_machines.ts";
import { notebooks } from "./motifs/notebooks.ts";
import { nursery } from "./motifs/nursery.ts";
import { office } from "./motifs/office.ts";
import { pens } from "./motifs/pens.ts";
import { pets } from "./motifs/pets.ts";
import { rooms } from "./motifs/rooms.ts";
import { shoesAndBags } from "./motifs/shoes_and_bags.ts";
import { sports } from "./motifs/sports.ts";
import { tools } from "./motifs/tools.ts";
import { toys } from "./motifs/toys.ts";

/** All motifs. */
export const motifs = {
  ...appliances,
  ...aquarium,
  ...bathroom,
  ...camping,
  ...clothes,
  ...cosmetics,
  ...devices,
  ...fresh,
  ...garden,
  ...groceries,
  ...kitchen,
  ...kitchenMachines,
  ...notebooks,
  ...nursery,
  ...office,
  ...pens,
  ...pets,
  ...rooms,
  ...shoesAndBags,
  ...sports,
  ...tools,
  ...toys,
} as const satisfies Motifs;

/** The name of a motif. */
export type MotifName = keyof typeof motifs;

/** What lies on a surface and is seen from above; everything else stands on one. */
const lying: ReadonlySet<MotifName> = new Set([
  ...Object.keys(clothes) as (keyof typeof clothes)[],
  ...Object.keys(tools) as (keyof typeof tools)[],
  "band",
  "bib",
  "board",
  "brow_pencil",
  "brush_pen",
  "cable",
  "chew_toy",
  "cloth",
  "curler",
  "drive",
  "dumbbell",
  "fountain_pen",
  "gel_pen",
  "handheld_vacuum",
  "hand_cream",
  "harness",
  "keyboard",
  "lead",
  "magnet_tiles",
  "mechanical_pencil",
  "memory_card",
  "mouse",
  "notebook",
  "numpad",
  "pad",
  "pan",
  "phone_case",
  "plate",
  "power_bank",
  "puzzle",
  "roller",
  "sandal",
  "skipping_rope",
  "sleep_sack",
  "usb_stick",
  "watch",
]);

/** Whether a thing lies flat, so that it is shown from above. */
export function lies(motif: MotifName): boolean {
  return lying.has(motif);
}

/** Whether a thing is used outside. */
export function isForOutside(motif: MotifName): boolean {
  return [camping, garden, sports].some((each) => Object.hasOwn(each, motif));
}
