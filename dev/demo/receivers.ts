/** People who do not exist, at addresses that do not exist. */
import { chineseName, nameOf } from "./people.ts";
import { createRandom, type Random } from "./random.ts";
import { wordsOf } from "./words/theme.ts";

/** Who gets an order, and where. */
export interface Receiver {
  readonly name: string;
  readonly phone: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly detail: string;
  readonly post_code: string;
}

/** Province, city, post code. Streets are invented. */
const cities = [
  ["浙江省", "杭州市", "310000"],
  ["江苏省", "苏州市", "215000"],
  ["四川省", "成都市", "610000"],
  ["广东省", "广州市", "510000"],
  ["湖北省", "武汉市", "430000"],
  ["陕西省", "西安市", "710000"],
  ["福建省", "厦门市", "361000"],
  ["山东省", "青岛市", "266000"],
] as const;
const districts = "示例区|样本区|演示区|新样区";
const streets = "梧桐示范路|云杉演示街|青石样本巷|白鹭测试大道|桂花示例弄|灯塔演示路";

/**
 * The receiver number `index` (from 0) in the address book of a user; always the same one. The
 * first is the user, the others are relatives and neighbours.
 */
export function receiverOf(userId: bigint, index = 0): Receiver {
  const random = createRandom(`receiver ${userId}/${index}`);
  const [province, city, post_code] = random.pick(cities);
  return {
    name: index === 0 ? nameOf(userId) : chineseName(random),
    phone: phoneOf(random),
    province,
    city,
    district: random.pick(wordsOf(districts)),
    detail: `${random.pick(wordsOf(streets))} ${random.int(1, 288)} 号 ` +
      `${random.int(1, 20)} 幢 ${random.int(1, 18)}0${random.int(1, 4)} 室`,
    post_code,
  };
}

/** Mobile numbers begin with 13 to 19: 100 is nobody's. */
export function phoneOf(random: Random): string {
  return "100" + String(random.int(0, 99_999_999)).padStart(8, "0");
}
