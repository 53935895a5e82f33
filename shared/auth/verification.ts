/** Everything that a process needs to tell who calls it, put together. */
import type { Client } from "@connectrpc/connect";
import { AuthService } from "../../proto/gen/user/v1/auth_service_pb.ts";
import { SessionRevokedSchema } from "../../proto/gen/user/v1/user_event_pb.ts";
import { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import type { Directory } from "../discovery/hosts.ts";
import type { Logger } from "../log.ts";
import { eventMessage } from "../messaging/event.ts";
import { type ConnectSource, followEvents } from "../messaging/follow.ts";
import { createRpcClient } from "../rpc/client.ts";
import type { VerifyToken } from "../rpc/principal.ts";
import type { AuthConfig } from "./config.ts";
import { createIssuerKeys } from "./issuer_keys.ts";
import { createRevokedSessions, type RevokedPage } from "./revoked_sessions.ts";
import type { ServiceIdentity } from "./service_token.ts";
import type { PublicJwk } from "./signing_key.ts";
import { createTokenVerifier } from "./token_verifier.ts";

/** Who issues access tokens and ends sessions. */
export interface TokenIssuer {
  jwks(): Promise<readonly PublicJwk[]>;
  revokedSessions(after: { cursor: bigint; lastId: string }): Promise<RevokedPage>;
}

/** The user service, found through the directory. */
export function remoteTokenIssuer(directory: Directory, identity: ServiceIdentity): TokenIssuer {
  const hosts = directory.hosts("user");
  const auth = createRpcClient(AuthService, hosts);
  const internal: Client<typeof UserInternalService> = createRpcClient(
    UserInternalService,
    hosts,
    { credentials: () => identity.tokenFor("user") },
  );
  return {
    async jwks() {
      const { keys } = await auth.getJwks({});
      return keys.map(({ kid, x }) => {
        return { kid, x, kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig" };
      });
    },
    revokedSessions: (after) => internal.listRevokedSessions({ ...after, limit: 1_000 }),
  };
}

export interface VerificationOptions {
  readonly name: string;
  readonly config: AuthConfig;
  readonly issuer: TokenIssuer;
  readonly nats: ConnectSource;
  readonly log: Logger;
}

export interface Verification extends AsyncDisposable {
  readonly verifyToken: VerifyToken;
}

/** Starts following ended sessions. Dispose of it to stop. */
export function startVerification(options: VerificationOptions): Verification {
  const { name, config, issuer, nats, log } = options;
  const stack = new AsyncDisposableStack();
  const keys = createIssuerKeys({ load: () => issuer.jwks(), log });
  const revoked = stack.use(
    createRevokedSessions({ load: (after) => issuer.revokedSessions(after), log }),
  );
  stack.use(followEvents({
    nats,
    subject: "user.session_revoked",
    log,
    onEvent: ({ payload }) => revoked.add(eventMessage(SessionRevokedSchema, payload)),
  }));
  return {
    verifyToken: createTokenVerifier({ name, config, keys, revoked }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
