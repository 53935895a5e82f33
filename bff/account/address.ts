/** Addresses as the front end sees them. */
import { z } from "@hono/zod-openapi";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Address } from "../../proto/gen/user/v1/address_pb.ts";
import { text } from "../schemas.ts";

/** An address to write. */
export const NewAddressSchema = z.object({
  name: text({ min: 1, max: 50 }).openapi({ description: "The receiver.", example: "苏小满" }),
  phone: text({ min: 5, max: 40 }).openapi({ example: "13800138000" }),
  province: text({ min: 1, max: 50 }),
  city: text({ min: 1, max: 50 }),
  district: text({ min: 0, max: 50 }).default(""),
  detail: text({ min: 1, max: 200 }).openapi({ description: "Street, house and door." }),
  post_code: text({ min: 0, max: 10 }).default(""),
  is_default: z.boolean().default(false).openapi({
    description: "Taken when none is chosen; it takes that from the other one.",
  }),
}).openapi("NewAddress");

export const AddressSchema = z.object({
  id: z.int(),
  name: z.string(),
  phone: z.string(),
  province: z.string(),
  city: z.string(),
  district: z.string(),
  detail: z.string(),
  post_code: z.string(),
  is_default: z.boolean(),
  create_time: z.int().openapi({ description: "Unix milliseconds." }),
  update_time: z.int().openapi({ description: "Unix milliseconds." }),
}).openapi("Address");

export type AddressJson = z.infer<typeof AddressSchema>;

/** The JSON of an address. Throws if the service sent none. */
export function addressJson(address: Address | undefined): AddressJson {
  if (address === undefined) throw new ConnectError("no address came back", Code.Internal);
  return {
    id: Number(address.id),
    name: address.name,
    phone: address.phone,
    province: address.province,
    city: address.city,
    district: address.district,
    detail: address.detail,
    post_code: address.postCode,
    is_default: address.isDefault,
    create_time: Number(address.createTime),
    update_time: Number(address.updateTime),
  };
}

/** What the service is sent. */
export function addressRequest(body: z.infer<typeof NewAddressSchema>) {
  const { post_code: postCode, is_default: isDefault, ...same } = body;
  return { ...same, postCode, isDefault };
}
