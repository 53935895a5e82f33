/** What buyers say of anything, by how content they are; the words are kept apart by `|`. */

/** How content a buyer is. */
export type Mood = "glad" | "fair" | "sorry";

/** How a comment begins. `{kind}` is the thing that was bought. */
export const openings = {
  zh: {
    glad:
      "很满意，{kind}比想象中好。|物流很快，第二天就到了。|第二次买这家的{kind}了。|{kind}做得用心，推荐。|给家里人买的，他们很喜欢。|朋友推荐来的，没有失望。|包装仔细，{kind}完好无损。|这个价位的{kind}里算很不错的。|等了几天才来评价，确实好用。",
    fair:
      "{kind}中规中矩。|总体还行，有小毛病。|和描述基本一致，没有惊喜。|物流慢了点，东西还可以。|一分钱一分货吧。",
    sorry: "有点失望。|和描述不太一样。|这次的{kind}没有上次好。|不太推荐。|用了一周就后悔了。",
  },
  en: {
    glad:
      "Really pleased with this {kind}.|Arrived a day early and well packed.|My second {kind} from this shop.|Exactly as described.|Bought it as a present, and it went down very well.|Better than I expected for the price.|I waited two weeks before writing this, and I still like it.|Would buy this {kind} again.",
    fair:
      "It is all right.|Does the job, no more.|The {kind} is fine, the delivery was slow.|Mixed feelings.|Decent, with a small flaw.",
    sorry:
      "Not what I hoped for.|The {kind} did not last.|I am sending it back.|Looks different from the pictures.|Disappointed this time.",
  },
} as const;

/** How a comment ends. */
export const endings = {
  zh: {
    glad:
      "会回购。|客服也耐心。|值得这个价。|全五星。|已经推荐给同事了。|等活动再囤一个。|希望一直保持这个品质。",
    fair: "下次再看看。|可以更好。|将就用吧。|希望改进。",
    sorry: "客服说会改进。|已经申请退货。|不会再买了。|希望商家看到。",
  },
  en: {
    glad:
      "Recommended.|Five stars from me.|Worth every yuan.|Customer service answered within the hour.|I have told my neighbours.|No complaints.",
    fair: "Might look elsewhere next time.|Could be better.|Fine for now.|Three stars it is.",
    sorry:
      "Will not buy again.|The shop refunded me without a fuss, at least.|Please check before you ship.|Save your money.",
  },
} as const;
