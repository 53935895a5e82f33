/** Products as the product service tells them. */
import { create } from "@bufbuild/protobuf";
import {
  type Product,
  ProductSchema,
  ProductStatus,
} from "../../proto/gen/product/v1/product_pb.ts";
import type { ProductCardJson, ProductJson } from "../catalogue/product.ts";

/** A product in category 3, Phones. */
export function testProduct(id: bigint): Product {
  return create(ProductSchema, {
    id,
    name: `product ${id}`,
    subtitle: `subtitle ${id}`,
    description: `description ${id}`,
    priceFen: 1_999n,
    currency: "CNY",
    stock: 10n,
    categoryId: 3n,
    category: "Phones",
    status: ProductStatus.ON_SALE,
    images: [`/images/${id}.svg`, "/images/other.svg"],
    sales: 5n,
    ratingHundredths: 487,
    commentCount: 2n,
    createTime: 1_700_000_000_000n,
    updateTime: 1_700_000_000_001n,
    version: 4n,
  });
}

/** The same as the front end sees it. */
export function testProductJson(id: number): ProductJson {
  return {
    id,
    name: `product ${id}`,
    description: `description ${id}`,
    price: 19.99,
    stock: 10,
    category: "Phones",
    category_id: 3,
    status: 1,
    images: [`/images/${id}.svg`, "/images/other.svg"],
    image: `/images/${id}.svg`,
    subtitle: `subtitle ${id}`,
    sales: 5,
    rating: 4.87,
    comment_count: 2,
    create_time: 1_700_000_000_000,
    update_time: 1_700_000_000_001,
  };
}

/** As lists of one's own show it. */
export function testProductCardJson(id: number): ProductCardJson {
  const { name, subtitle, price, stock, status, image } = testProductJson(id);
  return { id, name, subtitle, price, stock, status, image };
}
