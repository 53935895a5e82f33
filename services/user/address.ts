/** Entries of the address book. */
import type { Address as AddressMessage } from "../../proto/gen/user/v1/address_pb.ts";
import { type FieldViolation, invalidArgument } from "../../shared/errors.ts";
import {
  phoneViolation,
  type TextLength,
  textViolation,
  tidy,
  violationsOf,
} from "./person_text.ts";

/** Addresses of one person. */
export const addressesMax = 50;

/** Where something is sent. */
export interface AddressDraft {
  readonly name: string;
  readonly phone: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly detail: string;
  readonly postCode: string;
  readonly isDefault: boolean;
}

/** An entry of a book. Times are Unix milliseconds. */
export interface Address extends AddressDraft {
  readonly id: bigint;
  readonly userId: bigint;
  readonly createTime: bigint;
  readonly updateTime: bigint;
}

const lengths: Readonly<Record<"name" | "province" | "city" | "district" | "detail", TextLength>> =
  {
    name: { min: 1, max: 50 },
    province: { min: 1, max: 50 },
    city: { min: 1, max: 50 },
    district: { min: 0, max: 50 },
    detail: { min: 1, max: 200 },
  };
const postCodePattern = /^[A-Za-z\d][A-Za-z\d -]{0,9}$/;

/** Narrows an address; refuses with InvalidArgument naming each wrong field. */
export function narrowAddress(message: AddressMessage | undefined): AddressDraft {
  if (message === undefined) {
    throw invalidArgument([{ pointer: "/address", reason: "REQUIRED", message: "is required" }]);
  }
  const { name, province, city, district, detail, isDefault } = message;
  const draft = {
    name: tidy(name),
    phone: tidy(message.phone),
    province: tidy(province),
    city: tidy(city),
    district: tidy(district),
    detail: tidy(detail),
    postCode: tidy(message.postCode),
    isDefault,
  };
  const violations = violationsIn(draft);
  if (violations.length > 0) throw invalidArgument(violations);
  return draft;
}

function violationsIn(draft: AddressDraft): readonly FieldViolation[] {
  const { phone, postCode } = draft;
  const found = [
    ...(["name", "province", "city", "district", "detail"] as const).map((field) => {
      return textViolation(draft[field], `/address/${field}`, lengths[field]);
    }),
    phoneViolation(phone, "/address/phone"),
    postCode === "" || postCodePattern.test(postCode) ? undefined : wrongPostCode,
  ];
  return violationsOf(found);
}

const wrongPostCode: FieldViolation = {
  pointer: "/address/post_code",
  reason: "MALFORMED",
  message: "must be at most 10 letters, digits, spaces and hyphens",
};
