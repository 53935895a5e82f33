/** `/v1/user/address…`: the address book. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { onBehalfOf } from "../../shared/rpc/call.ts";
import { personRoute } from "../access.ts";
import {
  addressJson,
  addressRequest,
  AddressSchema,
  NewAddressSchema,
} from "../account/address.ts";
import type { Clients } from "../clients.ts";
import type { BffEnv } from "../context.ts";
import { nestedMembers } from "../middleware/body_members.ts";
import { idPathParam, noStore, problems, uidParam } from "../schemas.ts";

const away = { 503: "The user service is away." };
const body = { required: true, content: { "application/json": { schema: NewAddressSchema } } };
const content = { "application/json": { schema: AddressSchema } };
const wrong = { 422: "A member of the body is wrong." };
const unknown = { 404: "There is no such address of yours." };
const query = z.object({ uid: uidParam });
const params = z.object({ id: idPathParam("The address.") });

const listRoute = personRoute({
  method: "get",
  path: "/v1/user/address/list",
  tags: ["address"],
  summary: "The whole address book: the default first",
  request: { query },
  responses: {
    200: {
      description: "At most 50.",
      content: { "application/json": { schema: z.object({ addresses: z.array(AddressSchema) }) } },
    },
    ...problems(away),
  },
}, { stranger: "denied" });

const createdRoute = personRoute({
  method: "post",
  path: "/v1/user/address",
  tags: ["address"],
  summary: "Add an address; the first becomes the default",
  middleware: nestedMembers("address"),
  request: { query, body },
  responses: {
    201: { description: "The address with its id.", content },
    ...problems({ ...wrong, 429: "The book is full.", ...away }),
  },
}, { stranger: "denied" });

const putRoute = personRoute({
  method: "put",
  path: "/v1/user/address/{id}",
  tags: ["address"],
  summary: "Replace an address; orders keep their own copy",
  middleware: nestedMembers("address"),
  request: { params, body },
  responses: {
    200: { description: "The address.", content },
    ...problems({ ...unknown, ...wrong, ...away }),
  },
}, { stranger: "not_found" });

const deleteRoute = personRoute({
  method: "delete",
  path: "/v1/user/address/{id}",
  tags: ["address"],
  summary: "Take an address out of the book",
  request: { params },
  responses: {
    204: { description: "It is out; what is not there is passed over." },
    ...problems(away),
  },
}, { stranger: "unheard" });

/** Adds the routes of addresses. */
export function addressRoutes(
  app: OpenAPIHono<BffEnv>,
  { clients: { addresses } }: { readonly clients: Clients },
): void {
  app.openapi(listRoute, async (c) => {
    const book = await addresses.listAddresses({}, onBehalfOf(c.var.call));
    return c.json({ addresses: book.addresses.map(addressJson) }, 200, noStore);
  });
  app.openapi(createdRoute, async (c) => {
    const request = { address: addressRequest(c.req.valid("json")) };
    const { address } = await addresses.createAddress(request, onBehalfOf(c.var.call));
    return c.json(addressJson(address), 201, noStore);
  });
  app.openapi(putRoute, async (c) => {
    const { id } = c.req.valid("param");
    const request = { address: { ...addressRequest(c.req.valid("json")), id } };
    const { address } = await addresses.updateAddress(request, onBehalfOf(c.var.call));
    return c.json(addressJson(address), 200, noStore);
  });
  app.openapi(deleteRoute, async (c) => {
    const { id: addressId } = c.req.valid("param");
    await addresses.deleteAddress({ addressId }, onBehalfOf(c.var.call));
    return c.body(null, 204);
  });
}
