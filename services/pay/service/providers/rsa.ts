/** RSA signatures (PKCS#1 v1.5 over SHA-256), as Alipay calls RSA2 and WeChat Pay SHA256-RSA2048. */
import { Buffer } from "node:buffer";
import { type KeyObject, sign, verify } from "node:crypto";

/** The signature of the text in UTF-8, in base64. */
export function signRsa(privateKey: KeyObject, text: string): string {
  return sign("sha256", Buffer.from(text), privateKey).toString("base64");
}

/** Whether the signature, in base64, is of this text in UTF-8. */
export function isRsaSigned(publicKey: KeyObject, text: string, signature: string): boolean {
  return verify("sha256", Buffer.from(text), publicKey, Buffer.from(signature, "base64"));
}
