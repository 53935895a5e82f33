/** The same products for every server that is compared. */
import { create } from "@bufbuild/protobuf";
import { type Product, ProductSchema, ProductStatus } from "../proto/gen/product/v1/product_pb.ts";

/** A product as the catalogue has them. */
export function sampleProduct(id: bigint): Product {
  return create(ProductSchema, {
    id,
    name: `Folding travel kettle ${id}`,
    subtitle: "Boils in four minutes, fits in a coat pocket",
    description: "A kettle of food-grade silicone with a steel base. ".repeat(6),
    priceFen: 19_900n,
    currency: "CNY",
    stock: 120n,
    categoryId: 7n,
    category: "Kitchen",
    status: ProductStatus.ON_SALE,
    images: [`/images/product/${id}-1.svg`, `/images/product/${id}-2.svg`],
    sales: 4_321n,
    ratingHundredths: 467,
    commentCount: 89n,
    createTime: 1_760_000_000_000n,
    updateTime: 1_760_000_000_000n,
    version: 3n,
  });
}

/** What every server that is compared answers from: 20 products. */
export function sampleProducts(): readonly Product[] {
  return Array.from({ length: 20 }, (_, n) => sampleProduct(BigInt(n + 1)));
}
