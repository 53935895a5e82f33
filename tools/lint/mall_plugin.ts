/** The house rules that a program can check (STYLE "Never" 1, 2, 5 and 6), as a Deno lint plugin. */
import { boundaries } from "./boundaries.ts";
import { envInConfig } from "./env_in_config.ts";
import { noBarrel } from "./no_barrel.ts";
import { noBaseClass } from "./no_base_class.ts";
import { noConsole } from "./no_console.ts";
import { noDefaultExport } from "./no_default_export.ts";
import { noFloatMoney } from "./no_float_money.ts";
import { noImportSideEffects } from "./no_import_side_effects.ts";
import { sqlInStore } from "./sql_in_store.ts";

/** `any` and non-null `!` are Deno's own rules: see `lint.rules` in deno.json. */
export default {
  name: "mall",
  rules: {
    "boundaries": boundaries,
    "sql-in-store": sqlInStore,
    "env-in-config": envInConfig,
    "no-console": noConsole,
    "no-import-side-effects": noImportSideEffects,
    "no-default-export": noDefaultExport,
    "no-barrel": noBarrel,
    "no-base-class": noBaseClass,
    "no-float-money": noFloatMoney,
  },
} satisfies Deno.lint.Plugin;
