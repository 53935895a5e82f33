import { Code, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { Message } from "@bufbuild/protobuf";
import type {
  SearchUsersRequest,
  UserAdminService,
} from "../../../proto/gen/user/v1/user_admin_service_pb.ts";
import { Role as RoleMessage } from "../../../proto/gen/user/v1/user_pb.ts";
import { invalidArgument, Refusal } from "../../../shared/errors.ts";
import { auditEntryOf } from "../../../shared/operators/audit.ts";
import { cutPage, pageSize, readCursor } from "../../../shared/paging.ts";
import type { Role } from "../../../shared/rpc/principal.ts";
import { type Account, usernameKey } from "../account.ts";
import { textViolation, tidy } from "../person_text.ts";
import type { AccountAdminStore, AccountFilter } from "../store/account_admin.ts";
import { toRole, toUser } from "./account_message.ts";

const queryMax = 50;
const reasonLength = { min: 1, max: 200 } as const;
const idPattern = /^[1-9]\d{0,17}$/;

/** The rpcs of `user.v1.UserAdminService`. */
export function createUserAdminService(
  store: AccountAdminStore,
): ServiceImpl<typeof UserAdminService> {
  return {
    async searchUsers(request) {
      const ps = pageSize(request.ps);
      const after = readCursor(request.cursor, request.lastId);
      const found = await store.search(narrowSearch(request), after, ps + 1);
      const page = cutPage(found, ps, ({ createTime, id }) => ({ value: createTime, id }));
      return {
        users: page.items.map(toUser),
        isEnd: page.isEnd,
        createTime: page.last?.value ?? 0n,
        lastId: page.last?.id ?? 0n,
      };
    },
    async updateUserRoles(request, context) {
      const { userId, roles } = request;
      const audit = auditOf(context, request);
      const account = await store.setRoles(userId, narrowRoles(roles), audit);
      return { user: toUser(account ?? unknown()) };
    },
    async disableUser(request, context) {
      const { userId, reason } = request;
      const violation = textViolation(tidy(reason), "/reason", reasonLength);
      if (violation !== undefined) throw invalidArgument([violation]);
      const audit = auditOf(context, request);
      return { user: toUser(await store.setDisabled(userId, true, audit) ?? unknown()) };
    },
    async enableUser(request, context) {
      const audit = auditOf(context, request);
      return { user: toUser(await store.setDisabled(request.userId, false, audit) ?? unknown()) };
    },
  };
}

function auditOf(context: HandlerContext, request: Message & { readonly userId: bigint }) {
  return auditEntryOf(context, request, `user:${request.userId}`);
}

function narrowSearch({ query, role }: SearchUsersRequest): AccountFilter {
  const text = tidy(query);
  if ([...text].length > queryMax || text.includes("\0")) {
    const message = `must have at most ${queryMax} characters`;
    throw invalidArgument([{ pointer: "/query", reason: "TOO_LONG", message }]);
  }
  return {
    usernameStart: usernameKey(text),
    id: idPattern.test(text) ? BigInt(text) : undefined,
    role: role === RoleMessage.UNSPECIFIED ? undefined : known(role, "/role"),
  };
}

/** "user" is always among them. */
function narrowRoles(messages: readonly RoleMessage[]): readonly Role[] {
  return [...new Set<Role>(["user", ...messages.map((role) => known(role, "/roles"))])];
}

function known(message: RoleMessage, pointer: string): Role {
  const role = toRole(message);
  if (role !== undefined) return role;
  throw invalidArgument([{ pointer, reason: "UNKNOWN_ROLE", message: "is no role that we know" }]);
}

function unknown(): Account {
  throw new Refusal(Code.NotFound, "USER_NOT_FOUND", "there is no such account");
}
