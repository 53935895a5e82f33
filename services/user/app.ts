/** Composition root of the user service. */
import { AddressService } from "../../proto/gen/user/v1/address_service_pb.ts";
import { AuthService } from "../../proto/gen/user/v1/auth_service_pb.ts";
import { FavouriteService } from "../../proto/gen/user/v1/favourite_service_pb.ts";
import { UserAdminService } from "../../proto/gen/user/v1/user_admin_service_pb.ts";
import { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import { UserService } from "../../proto/gen/user/v1/user_service_pb.ts";
import type { Logger } from "../../shared/log.ts";
import { type RunningService, startService } from "../../shared/service/start.ts";
import type { UserConfig } from "./config.ts";

const migrations = { set: "user", dir: new URL("./migrations/", import.meta.url) };

/** Starts the user service. Dispose of it to stop it in order. */
export function start(config: UserConfig, log: Logger): Promise<RunningService> {
  const unbuilt = [
    AddressService,
    AuthService,
    FavouriteService,
    UserAdminService,
    UserInternalService,
    UserService,
  ];
  return startService(config, () => ({ unbuilt }), { migrations, log });
}
