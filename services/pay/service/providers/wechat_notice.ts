/** What WeChat Pay calls back: an envelope that is signed, and a message in it that is sealed. */
import { Buffer } from "node:buffer";
import { createDecipheriv } from "node:crypto";
import { z } from "@hono/zod-openapi";
import type { CallbackNotice, RawCallback } from "../../provider.ts";
import { readJson } from "./platform_http.ts";
import { badSignature } from "./refusals.ts";
import { isWechatSigned, type WechatClientOptions } from "./wechat_client.ts";
import { RefundNotice, stateOfRefund, stateOfTransaction, Transaction } from "./wechat_states.ts";

export interface WechatNoticeOptions extends WechatClientOptions {
  readonly appId: string;
  /** What messages are sealed with: 32 bytes. */
  readonly apiV3Key: string;
}

const tagBytes = 16;

const Envelope = z.object({
  event_type: z.string(),
  resource: z.object({
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.string().default(""),
  }),
});

/** Reads a callback. Throws Unauthenticated BAD_SIGNATURE, whatever is wrong with it. */
export function readNotice(
  options: WechatNoticeOptions,
  { headers, body }: RawCallback,
): CallbackNotice {
  const text = new TextDecoder().decode(body);
  if (!isWechatSigned(options, text, (name) => headers[name] ?? "")) throw badSignature();
  const envelope = readJson(text, Envelope);
  if (envelope === undefined) return { kind: "other" };
  const { event_type: type, resource } = envelope;
  if (type.startsWith("TRANSACTION.")) return paymentNotice(options, resource);
  if (type.startsWith("REFUND.")) return refundNotice(options, resource);
  return { kind: "other" };
}

type Sealed = z.infer<typeof Envelope>["resource"];

function paymentNotice(options: WechatNoticeOptions, sealed: Sealed): CallbackNotice {
  const told = readJson(opened(options, sealed), Transaction);
  // Not acknowledged, so that it comes again: it is about money.
  if (told?.appid !== options.appId || told.mchid !== options.mchId) throw badSignature();
  return { kind: "payment", paymentId: told.out_trade_no, state: stateOfTransaction(told) };
}

function refundNotice(options: WechatNoticeOptions, sealed: Sealed): CallbackNotice {
  const told = readJson(opened(options, sealed), RefundNotice);
  if (told?.mchid !== options.mchId) throw badSignature();
  const state = stateOfRefund(told.refund_status, told.refund_id);
  return { kind: "refund", refundId: told.out_refund_no, state };
}

/** AES-256-GCM, the tag behind the text. */
function opened(
  { apiV3Key }: WechatNoticeOptions,
  { ciphertext, nonce, associated_data: beside }: Sealed,
): Uint8Array {
  const sealed = Buffer.from(ciphertext, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", Buffer.from(apiV3Key), Buffer.from(nonce));
    decipher.setAAD(Buffer.from(beside));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]);
  } catch {
    throw badSignature();
  }
}
