/**
 * Rows as the tables of the five services take them: the members are the columns. Ids and money
 * (fen) are bigint, times are `Date`, texts obey the limits of the protos.
 */

export interface CategoryRow {
  readonly id: bigint;
  readonly parent_id: bigint | null;
  readonly name: string;
  readonly position: number;
}

export interface ProductRow {
  readonly id: bigint;
  readonly category_id: bigint;
  readonly name: string;
  readonly subtitle: string;
  readonly images: readonly string[];
  readonly detail: string;
  readonly price_fen: bigint;
  readonly stock: bigint;
  /** Pieces that ever came in. */
  readonly received: bigint;
  /** 1 on sale, 2 off the shelf, 3 deleted. */
  readonly status: 1 | 2 | 3;
  readonly recommend_time: Date | null;
  readonly sales: bigint;
  readonly rating_sum: bigint;
  readonly rating_count: bigint;
  readonly create_time: Date;
  readonly update_time: Date;
}

export interface BannerRow {
  readonly id: bigint;
  readonly name: string;
  readonly url: string;
  readonly link: string;
  readonly position: number;
}

export interface CommentRow {
  readonly id: bigint;
  readonly product_id: bigint;
  readonly order_id: string;
  readonly user_id: bigint;
  readonly rating: number;
  readonly content: string;
  readonly images: readonly string[];
  readonly create_time: Date;
  readonly update_time: Date;
}

export interface FlashSaleRow {
  readonly id: bigint;
  readonly name: string;
  readonly start_time: Date;
  readonly end_time: Date;
}

export interface FlashSaleProductRow {
  readonly flash_sale_id: bigint;
  readonly product_id: bigint;
  readonly flash_price_fen: bigint;
  readonly flash_stock: number;
  readonly per_user_max: number;
}

export interface ReservationRow {
  readonly order_id: string;
  readonly user_id: bigint;
  /** 1 reserved, 2 sold, 3 released. */
  readonly state: 1 | 2 | 3;
  readonly create_time: Date;
  readonly update_time: Date;
}

export interface StockReservationRow {
  readonly order_id: string;
  readonly product_id: bigint;
  readonly quantity: number;
  readonly unit_price_fen: bigint;
  readonly product_name: string;
  readonly product_image: string;
  readonly product_subtitle: string;
}

export interface OrderRow {
  readonly id: string;
  readonly user_id: bigint;
  readonly status: number;
  readonly total_fen: bigint;
  readonly postage_fen: bigint;
  readonly payment_fen: bigint;
  readonly payment_type: number | null;
  readonly payment_id: string;
  readonly remark: string;
  readonly close_reason: string;
  readonly carrier: string;
  readonly tracking_number: string;
  readonly create_time: Date;
  readonly update_time: Date;
  readonly pay_before: Date;
  readonly payment_time: Date | null;
  readonly send_time: Date | null;
  readonly end_time: Date | null;
  readonly close_time: Date | null;
}

export interface OrderItemRow {
  readonly order_id: string;
  readonly line: number;
  readonly product_id: bigint;
  readonly product_name: string;
  readonly product_image: string;
  readonly product_description: string;
  readonly unit_price_fen: bigint;
  readonly quantity: number;
}

export interface OrderReceiverRow {
  readonly order_id: string;
  readonly name: string;
  readonly phone: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly detail: string;
  readonly post_code: string;
}

export interface OrderStatusHistoryRow {
  readonly order_id: string;
  readonly step: number;
  readonly from_status: number | null;
  readonly to_status: number;
  readonly reason: string;
  readonly actor: string;
  readonly at: Date;
}

export interface PaymentRow {
  readonly id: string;
  readonly order_id: string;
  readonly user_id: bigint;
  readonly platform: number;
  readonly platform_number: string;
  readonly platform_status: string;
  /** 2 captured. */
  readonly status: 2;
  readonly amount_fen: bigint;
  readonly captured_fen: bigint;
  readonly expire_time: Date;
  readonly capture_time: Date;
  readonly create_time: Date;
  readonly update_time: Date;
}

export interface UserRow {
  readonly id: bigint;
  readonly username: string;
  /** In NFKC and lower case. */
  readonly username_key: string;
  /** A PHC string. */
  readonly password_hash: string;
  readonly name: string;
  readonly avatar: string;
  readonly phone: string;
  readonly roles: readonly string[];
  readonly create_time: Date;
  readonly update_time: Date;
}

export interface AddressRow {
  readonly id: bigint;
  readonly user_id: bigint;
  readonly name: string;
  readonly phone: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly detail: string;
  readonly post_code: string;
  readonly is_default: boolean;
  readonly create_time: Date;
  readonly update_time: Date;
}

export interface FavouriteRow {
  readonly user_id: bigint;
  readonly product_id: bigint;
  readonly create_time: Date;
}

export interface CartRow {
  readonly id: bigint;
  readonly user_id: bigint;
  readonly use_time: Date;
}

export interface CartItemRow {
  readonly cart_id: bigint;
  readonly product_id: bigint;
  readonly quantity: number;
  readonly checked: boolean;
  readonly added_price_fen: bigint;
  readonly added_time: Date;
  readonly update_time: Date;
}

/** The user service's part, in the order in which references allow loading. */
export interface UserTables {
  readonly users: readonly UserRow[];
  readonly address: readonly AddressRow[];
  readonly favourite: readonly FavouriteRow[];
}

/** The product service's part, in the order in which references allow loading. */
export interface ProductTables {
  readonly category: readonly CategoryRow[];
  readonly product: readonly ProductRow[];
  readonly banner: readonly BannerRow[];
  readonly comment: readonly CommentRow[];
  readonly flash_sale: readonly FlashSaleRow[];
  readonly flash_sale_product: readonly FlashSaleProductRow[];
  readonly reservation: readonly ReservationRow[];
  readonly stock_reservation: readonly StockReservationRow[];
}

/** The order service's part, in the order in which references allow loading. */
export interface OrderTables {
  readonly orders: readonly OrderRow[];
  readonly order_item: readonly OrderItemRow[];
  readonly order_receiver: readonly OrderReceiverRow[];
  readonly order_status_history: readonly OrderStatusHistoryRow[];
}

/** The pay service's part. */
export interface PaymentTables {
  readonly payment: readonly PaymentRow[];
}

/** The cart service's part, in the order in which references allow loading. */
export interface CartTables {
  readonly cart: readonly CartRow[];
  readonly cart_item: readonly CartItemRow[];
}
