/** One Postgres role and one database per service; nobody else may connect to it. */
import postgres from "postgres";

/** Every service that keeps data, in the order of their ports. */
export const services = ["order", "product", "cart", "user", "pay"] as const;
export type ServiceName = (typeof services)[number];

/** Something for each service. */
export type PerService<T> = Readonly<Record<ServiceName, T>>;

/** The name of a service's role and of its database. */
export function databaseName(service: ServiceName): string {
  return `mall_${service}`;
}

/** The URL with which a service reaches its own database on the server of `superuserUrl`. */
export function databaseUrl(superuserUrl: string, service: ServiceName, password: string): string {
  const url = new URL(superuserUrl);
  url.username = databaseName(service);
  url.password = encodeURIComponent(password);
  url.pathname = `/${databaseName(service)}`;
  return url.href;
}

/** The same value made for each service. */
export function perService<T>(make: (service: ServiceName) => T): PerService<T> {
  return {
    order: make("order"),
    product: make("product"),
    cart: make("cart"),
    user: make("user"),
    pay: make("pay"),
  };
}

/** Any number, so long as everybody who provisions takes the same. */
const provisioningLock = 7_260_411;
const connectTimeoutS = 10;

/**
 * Creates what is missing and sets every role's password, and answers each service's URL. May be
 * repeated and run by several at once. Needs a superuser, or a role with CREATEROLE and CREATEDB.
 */
export async function provisionDatabases(
  superuserUrl: string,
  passwords: PerService<string>,
): Promise<PerService<string>> {
  const sql = postgres(superuserUrl, {
    max: 1,
    connect_timeout: connectTimeoutS,
    onnotice: () => {},
    prepare: false,
  });
  try {
    // A session lock: CREATE DATABASE cannot run inside a transaction.
    await sql`select pg_advisory_lock(${provisioningLock})`;
    for (const service of services) await provision(sql, service, passwords[service]);
  } finally {
    await sql.end({ timeout: 5 });
  }
  return perService((service) => databaseUrl(superuserUrl, service, passwords[service]));
}

async function provision(
  sql: postgres.Sql,
  service: ServiceName,
  password: string,
): Promise<void> {
  const name = databaseName(service);
  const [there] = await sql<{ role: boolean; database: boolean }[]>`
    select exists (select from pg_roles where rolname = ${name}) as role,
      exists (select from pg_database where datname = ${name}) as database`;
  const verb = there?.role ? "ALTER" : "CREATE";
  await run(sql, `${verb} ROLE %I LOGIN PASSWORD %L`, [name, password]);
  if (!there?.database) await run(sql, "CREATE DATABASE %I OWNER %I", [name, name]);
  await run(sql, "ALTER DATABASE %I OWNER TO %I", [name, name]);
  // By default everybody may connect everywhere; the owner keeps its right.
  await run(sql, "REVOKE ALL ON DATABASE %I FROM PUBLIC", [name]);
}

/** The server quotes names (%I) and texts (%L) itself: DDL takes no parameters. */
async function run(sql: postgres.Sql, template: string, values: readonly string[]): Promise<void> {
  const [row] = await sql<{ statement: string }[]>`
    select format(${template}::text, variadic ${sql.array([...values])}::text[]) as statement`;
  if (row) await sql.unsafe(row.statement);
}
