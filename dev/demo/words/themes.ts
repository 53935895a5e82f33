/** Every top category, in the order of their ids. */
import { appliances } from "./appliances.ts";
import { beauty } from "./beauty.ts";
import { fashion } from "./fashion.ts";
import { food } from "./food.ts";
import { garden } from "./garden.ts";
import { home } from "./home.ts";
import { kids } from "./kids.ts";
import { office } from "./office.ts";
import { pets } from "./pets.ts";
import { phones } from "./phones.ts";
import { sports } from "./sports.ts";
import { stationery } from "./stationery.ts";
import type { Theme } from "./theme.ts";

/** Append only: ids of categories and products follow from the order. */
export const themes: readonly Theme[] = [
  phones,
  home,
  fashion,
  food,
  sports,
  beauty,
  stationery,
  kids,
  pets,
  appliances,
  garden,
  office,
];
