import type { DescFile, DescMessage } from "@bufbuild/protobuf";

const generated = new URL("../../../proto/gen/", import.meta.url);

/** Every type of messages in proto/gen, so that a new proto is among them by itself. */
export async function generatedTypes(): Promise<DescMessage[]> {
  const urls = await filesUnder(generated);
  const modules = await Promise.all(urls.map((url) => import(url.href)));
  return modules.flatMap((module) => Object.values(module)).filter(isFile)
    .flatMap((file) => file.messages.flatMap(withNested));
}

async function filesUnder(directory: URL): Promise<URL[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  const found = entries.map(({ name, isDirectory }) => {
    return isDirectory ? filesUnder(new URL(`${name}/`, directory)) : [new URL(name, directory)];
  });
  return (await Promise.all(found)).flat().filter((url) => url.pathname.endsWith("_pb.ts"));
}

function isFile(value: unknown): value is DescFile {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "file";
}

function withNested(message: DescMessage): DescMessage[] {
  return [message, ...message.nestedMessages.flatMap(withNested)];
}
