/** Types of messages that no proto of the mall has, made from descriptors. */
import {
  create,
  createFileRegistry,
  type DescFile,
  type DescMessage,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import {
  type DescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  type FieldDescriptorProtoSchema,
  file_google_protobuf_struct,
  file_google_protobuf_wrappers,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

type FieldInit = Exclude<
  MessageInitShape<typeof FieldDescriptorProtoSchema>,
  { $typeName: string }
>;
type TypeInit = MessageInitShape<typeof DescriptorProtoSchema>;

const kinds = Object.values(Type).filter((kind): kind is Type =>
  typeof kind === "number" && kind !== Type.GROUP
);
const unpackable: Type[] = [Type.STRING, Type.BYTES, Type.MESSAGE];

/**
 * `EveryKind` has each kind of field in each form, `Backwards` declares its fields from the last to
 * the first, `Packed` and `Unpacked` have the same lists, `Foreign` has what is left to the library.
 */
export function everyKind(): DescMessage[] {
  const registry = createFileRegistry(
    create(FileDescriptorProtoSchema, {
      name: "test/every_kind.proto",
      package: "test",
      syntax: "proto3",
      dependency: dependencies.map((file) => file.proto.name),
      enumType: [{
        name: "Colour",
        value: [{ name: "NONE" }, { name: "RED", number: 1 }, { name: "LESS", number: -1 }],
      }],
      messageType: [
        everyKindType(),
        { name: "Backwards", field: singles(1).toReversed() },
        { name: "Packed", field: lists(1, true) },
        { name: "Unpacked", field: lists(1, false) },
        foreignType(),
      ],
    }),
    (name) => dependencies.find((file) => file.proto.name === name),
  );
  return ["EveryKind", "Backwards", "Packed", "Unpacked", "Foreign"].map((name) => {
    const found = registry.getMessage(`test.${name}`);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  });
}

const dependencies: DescFile[] = [file_google_protobuf_wrappers, file_google_protobuf_struct];

function everyKindType(): TypeInit {
  const optional = fieldsFrom("maybe", 101).map((each, oneofIndex) => {
    return { ...each, oneofIndex: oneofIndex + 1, proto3Optional: true };
  });
  const cases = fieldsFrom("case", 201).map((each) => ({ ...each, oneofIndex: 0 }));
  return {
    name: "EveryKind",
    field: [
      ...singles(1),
      ...lists(21, true),
      ...maps(".test.EveryKind", 61),
      ...optional,
      ...cases,
    ],
    nestedType: kinds.map(entryType),
    oneofDecl: [{ name: "choice" }, ...optional.map(({ name }) => ({ name: `_${name}` }))],
  };
}

/** What the library keeps in another shape, and numbers and keys that are left to it. */
function foreignType(): TypeInit {
  const key = { ...field("key", 1, Type.INT32), label: Label.OPTIONAL };
  return {
    name: "Foreign",
    field: [
      { ...field("wrapped", 1, Type.MESSAGE), typeName: ".google.protobuf.StringValue" },
      { ...field("free", 2, Type.MESSAGE), typeName: ".google.protobuf.Struct" },
      { ...field("any", 3, Type.MESSAGE), typeName: ".google.protobuf.Value" },
      field("far", 5000, Type.INT32),
      {
        ...field("by_number", 4, Type.MESSAGE),
        label: Label.REPEATED,
        typeName: ".test.Foreign.ByNumberEntry",
      },
    ],
    nestedType: [{
      name: "ByNumberEntry",
      field: [key, field("value", 2, Type.STRING)],
      options: { mapEntry: true },
    }],
  };
}

function singles(first: number): FieldInit[] {
  return fieldsFrom("one", first);
}

function lists(first: number, packed: boolean): FieldInit[] {
  return fieldsFrom("many", first).map((each) => {
    const options = unpackable.includes(each.type as Type) ? {} : { options: { packed } };
    return { ...each, label: Label.REPEATED, ...options };
  });
}

function maps(parent: string, first: number): FieldInit[] {
  return fieldsFrom("map", first).map((each, at) => ({
    ...each,
    label: Label.REPEATED,
    type: Type.MESSAGE,
    typeName: `${parent}.${entryName(kinds[at] as Type)}`,
  }));
}

function entryName(kind: Type): string {
  return `Map${kind}Entry`;
}

function entryType(kind: Type): TypeInit {
  return {
    name: entryName(kind),
    field: [field("key", 1, Type.STRING), field("value", 2, kind)],
    options: { mapEntry: true },
  };
}

function fieldsFrom(prefix: string, first: number): FieldInit[] {
  return kinds.map((kind, at) => field(`${prefix}${kind}`, first + at, kind));
}

function field(name: string, number: number, type: Type): FieldInit {
  const named = { [Type.MESSAGE]: ".test.EveryKind", [Type.ENUM]: ".test.Colour" };
  const typeName = named[type as keyof typeof named];
  return { name, number, type, label: Label.OPTIONAL, ...(typeName && { typeName }) };
}
