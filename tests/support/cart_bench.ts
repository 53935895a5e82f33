/** For tests: the cart service's rpcs on a database of their own, over a neighbour that does as told. */
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
} from "@connectrpc/connect";
import type { DescService } from "@bufbuild/protobuf";
import { CartInternalService } from "../../proto/gen/cart/v1/cart_internal_service_pb.ts";
import { CartService } from "../../proto/gen/cart/v1/cart_service_pb.ts";
import { ProductStatus } from "../../proto/gen/product/v1/product_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { createCartService } from "../../services/cart/service.ts";
import { createCartInternalService } from "../../services/cart/service/internal.ts";
import { type CartStore, createCartStore } from "../../services/cart/store.ts";
import { authorization } from "../../shared/auth/access.ts";
import { createLogger } from "../../shared/log.ts";
import type { Postgres } from "../../shared/postgres/pool.ts";
import { authentication } from "../../shared/rpc/authentication.ts";
import { errorMapping } from "../../shared/rpc/error_mapping.ts";
import { verifyTestToken } from "../../shared/rpc/testing/principals.ts";
import { createServiceDatabase } from "./service_database.ts";

/** A product as the neighbour knows it. */
export interface ShelfProduct {
  readonly priceFen: bigint;
  readonly offShelf?: boolean;
}

/** What the product service says, to be changed by a test. */
export interface Shelf {
  readonly products: Map<bigint, ShelfProduct>;
  away: boolean;
  /** How often it was asked. */
  asked: number;
}

export interface CartBench extends AsyncDisposable {
  readonly sql: Postgres;
  readonly store: CartStore;
  readonly shelf: Shelf;
  client<S extends DescService>(service: S): Client<S>;
}

/** Starts it. Use with `await using`. */
export async function startCartBench(): Promise<CartBench> {
  const database = await createServiceDatabase("cart");
  const { sql } = database;
  const log = createLogger({ level: "error", write: () => {} });
  const store = createCartStore(sql);
  const shelf: Shelf = { products: new Map(), away: false, asked: 0 };
  const transport = createRouterTransport((router) => {
    router.service(CartService, createCartService({ store, products: neighbour(shelf) }));
    router.service(CartInternalService, createCartInternalService(store));
  }, {
    router: {
      interceptors: [errorMapping(log), authentication(verifyTestToken), authorization()],
    },
  });
  return {
    sql,
    store,
    shelf,
    client: (service) => createClient(service, transport),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function neighbour(shelf: Shelf): Client<typeof ProductService> {
  return createClient(
    ProductService,
    createRouterTransport((router) => {
      router.service(ProductService, {
        batchGetProducts({ productIds }) {
          shelf.asked++;
          if (shelf.away) throw new ConnectError("away", Code.Unavailable);
          return {
            products: productIds.flatMap((id) => {
              const known = shelf.products.get(id);
              if (known === undefined) return [];
              const status = known.offShelf ? ProductStatus.OFF_SHELF : ProductStatus.ON_SALE;
              return [{ id, priceFen: known.priceFen, status }];
            }),
          };
        },
      });
    }),
  );
}
