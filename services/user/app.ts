/** Composition root of the user service. */
import type { ConnectRouter } from "@connectrpc/connect";
import { AddressService } from "../../proto/gen/user/v1/address_service_pb.ts";
import { AuthService } from "../../proto/gen/user/v1/auth_service_pb.ts";
import { FavouriteService } from "../../proto/gen/user/v1/favourite_service_pb.ts";
import { UserAdminService } from "../../proto/gen/user/v1/user_admin_service_pb.ts";
import { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import { UserService } from "../../proto/gen/user/v1/user_service_pb.ts";
import type { Logger } from "../../shared/log.ts";
import {
  type RunningService,
  type ServiceContext,
  startService,
} from "../../shared/service/start.ts";
import type { UserConfig } from "./config.ts";
import { createUserInternalService } from "./service.ts";
import { createUserStore } from "./store.ts";

const migrations = { set: "user", dir: new URL("./migrations/", import.meta.url) };

/** Starts the user service. Dispose of it to stop it in order. */
export function start(config: UserConfig, log: Logger): Promise<RunningService> {
  return startService(config, build, { migrations, log });
}

function build({ sql }: ServiceContext) {
  const internal = createUserInternalService(createUserStore(sql));
  return {
    routes: (router: ConnectRouter) => void router.service(UserInternalService, internal),
    unbuilt: [AddressService, AuthService, FavouriteService, UserAdminService, UserService],
  };
}
