/** Where things are when they are photographed: grounds of 640 by 640, a thing goes before them. */
import { leaf, leafDeep, paper, wood, woodDeep } from "./colours.ts";
import { disc, line, path, placed, rect } from "./shapes.ts";

/** The side of a place. */
export const side = 640;

/** A kitchen, and the table in it. */
export function kitchenTable(accent: string, halo: string): string {
  return rect(0, 0, side, side, halo) +
    line("M0 62H640M0 124H640M0 186H640M0 248H640M0 310H640", "#fff", 5) +
    line(
      "M80 62v-62m160 62v-62m160 62v-62m160 62v-62M160 124v-62m160 62v-62m160 62v-62M80 186v-62m160 62v-62m160 62v-62m160 62v-62M160 248v-62m160 62v-62m160 62v-62M80 310v-62m160 62v-62m160 62v-62m160 62v-62",
      "#fff",
      5,
    ) +
    rect(0, 380, side, 260, wood) + rect(0, 380, side, 14, woodDeep) +
    rect(520, 270, 74, 110, accent, 12) + line("M594 300q34 10 0 46", accent, 12);
}

/** A sill before a window on the hills. */
export function windowSill(accent: string, halo: string): string {
  return rect(0, 0, side, side, halo) + rect(70, 0, 500, 420, paper) +
    rect(92, 0, 456, 398, "#cfe4f0") +
    disc(440, 110, 54, "#fff3c9") + path("M92 398V300q90-90 190-30t266-50v178z", leaf) +
    path("M92 398v-40q140-80 260-20t196-30v90z", leafDeep) + rect(308, 0, 22, 400, paper) +
    rect(0, 430, side, 210, "#f2ede4") + rect(0, 420, side, 22, paper) +
    path("M0 0H64Q90 200 30 400L0 430z", accent);
}

/** A meadow on a fine day. */
export function meadow(accent: string): string {
  return rect(0, 0, side, side, "#cfe7f3") + disc(530, 90, 50, "#ffe9a8") +
    path("M0 330q150-120 330-40t310-60v410H0z", "#8fc08c") +
    path("M0 420q200-60 640 10v210H0z", leaf) +
    line("M50 500v-26M120 590v-30M560 520v-28M600 600v-30M430 470v-22M210 470v-22", leafDeep, 8) +
    line("M60 470h0M570 488h0M440 446h0", accent, 16);
}

/** A sofa with a cushion. */
export function sofa(accent: string, halo: string): string {
  return rect(0, 0, side, side, "#efe9df") + rect(-20, 190, 680, 300, halo, 60) +
    rect(-20, 410, 680, 260, "#d9d2c6", 40) + line("M320 214V400M0 440H640", "#c4bbac", 6) +
    placed({ turn: -14, about: [90, 300] }, rect(0, 220, 170, 170, accent, 34)) +
    rect(430, 40, 150, 110, paper, 6) + path("M446 134l40-56 26 30 18-18 34 44z", accent);
}

/** A towel on tiles, from above. */
export function tiles(accent: string): string {
  return rect(0, 0, side, side, "#dfe5e8") +
    line("M0 160H640M0 320H640M0 480H640M160 0V640M320 0V640M480 0V640", "#c9d2d6", 6) +
    placed({ turn: 8, about: [320, 480] }, rect(60, 380, 520, 240, "#f3efe6", 20)) +
    placed({ turn: 8, about: [320, 480] }, line("M84 404H556M84 596H556", accent, 8));
}

/** Floorboards with the edge of a rug, from above. */
export function planks(accent: string, halo: string): string {
  return rect(0, 0, side, side, "#d9b88c") +
    line("M0 128H640M0 256H640M0 384H640M0 512H640", "#c49f70", 6) +
    line("M420 0V128M180 128V256M500 256V384M120 384V512M380 512V640", "#c49f70", 5) +
    path("M-20 660V470Q170 500 240 660z", halo) + line("M-20 500Q140 520 206 650", accent, 8);
}
