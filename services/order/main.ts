import { main } from "../../shared/service/main.ts";
import { start } from "./app.ts";
import { readConfig } from "./config.ts";

if (import.meta.main) await main(Deno.env, readConfig, start);
