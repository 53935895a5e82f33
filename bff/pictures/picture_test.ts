import assert from "node:assert/strict";
import fc from "fast-check";
import { colours } from "./colours.ts";
import { motifs } from "./motifs.ts";
import { pictureOf } from "./picture.ts";

const names = Object.keys(motifs);
const colourNames = Object.keys(colours);
const largest = 2 ** 53;

/** What is wrong with a document of elements with attributes and no text; undefined if nothing is. */
function fault(svg: string): string | undefined {
  const open: string[] = [];
  let rest = svg.trim();
  for (let tags = 0; rest !== ""; tags++) {
    if (tags > 1_000) return "no end";
    const tag = /^<(\/?)([a-zA-Z]+)((?: [a-zA-Z:-]+="[^"<>&]*")*)(\/?)>/.exec(rest);
    if (tag === null) return `no tag: ${rest.slice(0, 60)}`;
    const [all, closing, name = "", attributes = "", selfClosing] = tag;
    const keys = [...attributes.matchAll(/ ([a-zA-Z:-]+)=/g)].map((match) => match[1]);
    if (new Set(keys).size < keys.length) return `an attribute twice: ${all}`;
    if (closing !== "" && open.pop() !== name) return `closed out of order: ${name}`;
    if (closing === "" && selfClosing === "") open.push(name);
    rest = rest.slice(all.length);
    if (open.length === 0 && rest !== "") return `after the end: ${rest.slice(0, 60)}`;
  }
  return open.length === 0 ? undefined : `not closed: ${open}`;
}

/** Numbers that went wrong show as words in attributes. */
const broken = /undefined|NaN|null|Infinity|\[object|function/;

/** One address of each kind of picture and view for every motif, with the largest numbers. */
function addresses(): [kind: string, name: string][] {
  return names.flatMap((name, index) => [
    ...[1, 2, 3, 4].flatMap((n): [string, string][] => [
      ["product", `${name}-${index + 1}-${n}.svg`],
      ["product", `${name}-${colourNames[index % colourNames.length]}-${largest}-${n}.svg`],
      ["comment", `${name}-${index + 1}-${n}.svg`],
    ]),
    ["banner", `${name}-${index + 1}.svg`] as [string, string],
    ["avatar", `${index + 1}.svg`] as [string, string],
  ]);
}

Deno.test("pictureOf() draws every thing in every view as well-formed XML of less than 6 KB", () => {
  for (const [kind, name] of addresses()) {
    const picture = pictureOf(kind, name) ?? "";
    assert.deepEqual([kind, name, fault(picture)], [kind, name, undefined]);
    assert.doesNotMatch(picture, broken, name);
    assert.ok(new TextEncoder().encode(picture).length < 6_144, `${name}: ${picture.length}`);
  }
});

Deno.test("pictureOf() draws in the size of its kind", () => {
  const sizes = [
    ["product", "wok-1022-1.svg"],
    ["comment", "wok-red-7-2.svg"],
    ["banner", "wok.kettle.bowl-2.svg"],
    ["avatar", "123.svg"],
  ].map(([kind = "", name = ""]) =>
    /viewBox="0 0 (\d+ \d+)"/.exec(pictureOf(kind, name) ?? "")?.[1]
  );
  assert.deepEqual(sizes, ["800 800", "640 640", "1200 480", "128 128"]);
});

Deno.test("pictureOf() is the same for the same address, and another for another", () => {
  const all = addresses().filter(([kind, name]) => kind === "avatar" || /^(wok|phone)/.test(name));
  for (const [kind, name] of all) assert.equal(pictureOf(kind, name), pictureOf(kind, name));
  const views = [1, 2, 3, 4].map((n) => pictureOf("product", `wok-red-8-${n}.svg`));
  assert.equal(new Set(views).size, 4);
  const inColours = colourNames.map((colour) => pictureOf("product", `wok-${colour}-8-1.svg`));
  assert.equal(new Set(inColours).size, colourNames.length);
  const faces = Array.from({ length: 200 }, (_, n) => pictureOf("avatar", `${n + 1001}.svg`));
  assert.ok(new Set(faces).size > 190);
});

Deno.test("pictureOf() uses all colours about equally where none is asked for", () => {
  const walls = Array.from({ length: 1_400 }, (_, id) => {
    return /fill="(#\w+)"/.exec(pictureOf("product", `wok-${id + 1}-1.svg`) ?? "")?.[1];
  });
  const counts = [...Map.groupBy(walls, (wall) => wall).values()].map((each) => each.length);
  assert.equal(counts.length, colourNames.length);
  assert.ok(Math.min(...counts) > 60 && Math.max(...counts) < 150, counts.join(" "));
});

Deno.test("pictureOf() knows nothing of any other address", () => {
  const junk = [
    ["product", "1022-1.svg"],
    ["product", "nothing-1022-1.svg"],
    ["product", "wok-beige-1022-1.svg"],
    ["product", "constructor-1-1.svg"],
    ["product", "wok-constructor-1-1.svg"],
    ["product", "__proto__-1-1.svg"],
    ["product", "wok-0-1.svg"],
    ["product", "wok-1-0.svg"],
    ["product", "wok-01-1.svg"],
    ["product", "wok--1-1.svg"],
    ["product", "wok-1.5-1.svg"],
    ["product", "wok-1e3-1.svg"],
    ["product", `wok-${2n ** 53n + 1n}-1.svg`],
    ["product", `wok-1-${2n ** 63n}.svg`],
    ["product", "wok-1022-1.png"],
    ["product", "wok-1022-1.svg\n"],
    ["product", "WOK-1022-1.svg"],
    ["comment", "7-1.svg"],
    ["banner", "3.svg"],
    ["banner", "wok..bowl-3.svg"],
    ["banner", "wok.bowl.pot.pan-3.svg"],
    ["banner", "wok.nothing-3.svg"],
    ["avatar", "wok-3.svg"],
    ["avatar", "0.svg"],
    ["avatar", "００１.svg"],
    ["logo", "1.svg"],
    ["", ""],
    ["product", `${"a_".repeat(100_000)}-1-1.svg`],
  ];
  for (const [kind = "", name = ""] of junk) {
    assert.deepEqual([kind, name, pictureOf(kind, name)], [kind, name, undefined]);
  }
});

Deno.test("pictureOf() lets nothing of an address into a picture but numbers and known words", () => {
  const piece = fc.oneof(
    fc.constantFrom("wok", "black", "-", ".", "1", "7", ".svg", '"', "<", "&", "%3C", "../"),
    fc.string({ maxLength: 4 }),
  );
  const name = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(""));
  const kind = fc.constantFrom("product", "comment", "banner", "avatar", "x");
  fc.assert(fc.property(kind, name, (kind, name) => {
    const picture = pictureOf(kind, name);
    assert.ok(picture === undefined || fault(picture) === undefined && /^[\w.-]+$/.test(name));
  }));
});
