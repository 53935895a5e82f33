/** For tests: the order service's rpcs on a database of their own, over neighbours that do as told. */
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
} from "@connectrpc/connect";
import type { DescService } from "@bufbuild/protobuf";
import { CartInternalService } from "../../proto/gen/cart/v1/cart_internal_service_pb.ts";
import { ErrorDetailSchema } from "../../proto/gen/error/v1/error_pb.ts";
import { OrderAdminService } from "../../proto/gen/order/v1/order_admin_service_pb.ts";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { CommentService } from "../../proto/gen/product/v1/comment_service_pb.ts";
import { ReservationState } from "../../proto/gen/product/v1/stock_pb.ts";
import { StockService } from "../../proto/gen/product/v1/stock_service_pb.ts";
import { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import { createOrderService } from "../../services/order/service.ts";
import { createOrderAdminService } from "../../services/order/service/admin.ts";
import { createOrderStore } from "../../services/order/store.ts";
import { createClaimStore } from "../../shared/idempotency/claims.ts";
import { createOrderStepStore } from "../../services/order/store/order_steps.ts";
import { authorization } from "../../shared/auth/access.ts";
import { createLogger } from "../../shared/log.ts";
import type { Postgres } from "../../shared/postgres/pool.ts";
import { authentication } from "../../shared/rpc/authentication.ts";
import { errorMapping } from "../../shared/rpc/error_mapping.ts";
import { verifyTestToken } from "../../shared/rpc/testing/principals.ts";
import { createServiceDatabase } from "./service_database.ts";

/** What the neighbours say, to be changed by a test. */
export interface Neighbours {
  /** Product id → price in fen and pieces left. */
  readonly shelf: Map<bigint, { price: bigint; pieces: number }>;
  /** Order id → what it holds. */
  readonly reservations: Map<string, { state: ReservationState; lines: Map<bigint, number> }>;
  cart: { productId: bigint; quantity: number }[];
  /** Address ids that belong to whoever asks. */
  addresses: Set<bigint>;
  /** Called before each reservation. */
  beforeReserve: () => Promise<void>;
  /** Called after each reservation was made. */
  afterReserve: () => Promise<void>;
}

export interface OrderBench extends AsyncDisposable {
  readonly sql: Postgres;
  readonly neighbours: Neighbours;
  client<S extends DescService>(service: S): Client<S>;
}

const minuteMs = 60_000;
export const unpaidMax = 3;

/** Starts it. Use with `await using`. */
export async function startOrderBench(): Promise<OrderBench> {
  const database = await createServiceDatabase("order");
  const { sql } = database;
  const log = createLogger({ level: "error", write: () => {} });
  const neighbours: Neighbours = {
    shelf: new Map([[1n, { price: 1_999n, pieces: 100 }], [2n, { price: 500n, pieces: 100 }]]),
    reservations: new Map(),
    cart: [],
    addresses: new Set([1n]),
    beforeReserve: () => Promise.resolve(),
    afterReserve: () => Promise.resolve(),
  };
  const near = neighbourTransport(neighbours);
  const store = createOrderStore(sql);
  const steps = createOrderStepStore(sql);
  const checkout = {
    steps,
    claims: createClaimStore(sql),
    cart: createClient(CartInternalService, near),
    stock: createClient(StockService, near),
    users: createClient(UserInternalService, near),
    postage: { postageFen: 800n, freeFromFen: 9_900n },
    payWithinMs: 30 * minuteMs,
    unpaidMax,
  };
  const comments = createClient(CommentService, near);
  const transport = createRouterTransport((router) => {
    router.service(OrderService, createOrderService({ store, steps, checkout, comments }));
    router.service(
      OrderAdminService,
      createOrderAdminService({ store, steps, confirmWithinMs: 7 * 1_440 * minuteMs }),
    );
  }, {
    router: {
      interceptors: [errorMapping(log), authentication(verifyTestToken), authorization()],
    },
  });
  return {
    sql,
    neighbours,
    client: (service) => createClient(service, transport),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function neighbourTransport(neighbours: Neighbours) {
  return createRouterTransport((router) => {
    router.service(CartInternalService, {
      listCheckedItems: () => ({ items: neighbours.cart }),
    });
    router.service(UserInternalService, {
      getUserAddress({ addressId }) {
        if (!neighbours.addresses.has(addressId)) throw refused(Code.NotFound, "ADDRESS_NOT_FOUND");
        return {
          address: { name: "苏小满", phone: "13800138000", province: "P", city: "C", detail: "D" },
        };
      },
    });
    router.service(CommentService, { listCommentedProducts: () => ({}) });
    router.service(StockService, {
      async reserveStock({ orderId, lines }) {
        await neighbours.beforeReserve();
        const wanted = new Map(lines.map((line) => [line.productId, line.quantity]));
        const known = neighbours.reservations.get(orderId);
        if (known !== undefined && !isSame(known.lines, wanted)) {
          throw refused(Code.AlreadyExists, "RESERVATION_MISMATCH");
        }
        const held = known ?? takePieces(neighbours, orderId, wanted);
        await neighbours.afterReserve();
        return {
          reservation: {
            orderId,
            state: held.state,
            lines: [...held.lines].map(([productId, quantity]) => ({
              productId,
              quantity,
              unitPriceFen: neighbours.shelf.get(productId)?.price ?? 0n,
              currency: "CNY",
              productName: `product ${productId}`,
            })),
          },
        };
      },
      releaseStock({ orderId }) {
        const held = neighbours.reservations.get(orderId);
        if (held?.state === ReservationState.RESERVED) giveBack(neighbours, held);
        return {};
      },
    });
  });
}

function takePieces(
  { shelf, reservations }: Neighbours,
  orderId: string,
  lines: Map<bigint, number>,
) {
  for (const [productId, quantity] of lines) {
    const product = shelf.get(productId);
    if (product === undefined) throw refused(Code.FailedPrecondition, "PRODUCT_NOT_FOUND");
    if (product.pieces < quantity) throw refused(Code.FailedPrecondition, "OUT_OF_STOCK");
  }
  for (const [productId, quantity] of lines) {
    const product = shelf.get(productId);
    if (product !== undefined) product.pieces -= quantity;
  }
  const held = { state: ReservationState.RESERVED, lines };
  reservations.set(orderId, held);
  return held;
}

function giveBack(
  { shelf }: Neighbours,
  held: { state: ReservationState; lines: Map<bigint, number> },
) {
  held.state = ReservationState.RELEASED;
  for (const [productId, quantity] of held.lines) {
    const product = shelf.get(productId);
    if (product !== undefined) product.pieces += quantity;
  }
}

function isSame(lines: Map<bigint, number>, wanted: Map<bigint, number>): boolean {
  return lines.size === wanted.size && [...lines].every(([id, n]) => wanted.get(id) === n);
}

function refused(code: Code, reason: string): ConnectError {
  return new ConnectError("no", code, undefined, [{ desc: ErrorDetailSchema, value: { reason } }]);
}
