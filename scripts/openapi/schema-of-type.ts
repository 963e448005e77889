import ts from 'typescript';

/** JSON Schema 2020-12, as far as types of the contract need it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly (string | number | boolean)[];
}

/** Makes schemas of types. Those with a name in the contract become components, for which a reference stands. */
export class SchemaMaker {
  readonly #checker: ts.TypeChecker;
  readonly #components = new Map<string, Schema>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** In the order of their names. */
  get components(): Readonly<Record<string, Schema>> {
    return Object.fromEntries([...this.#components].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The same, of something whose keys are all known: no other may come along. */
  closedSchemaOf(type: ts.Type): Schema {
    const schema = this.schemaOf(type);
    this.#close(schema);
    return schema;
  }

  #close(schema: Schema): void {
    const name = schema.$ref?.split('/').at(-1);
    const component = name === undefined ? undefined : this.#components.get(name);
    if (component?.additionalProperties === false) return;
    if (name !== undefined && component?.properties !== undefined) {
      this.#components.set(name, { ...component, additionalProperties: false });
    }
    for (const part of partsOf(component ?? schema)) this.#close(part);
  }

  schemaOf(type: ts.Type): Schema {
    const symbol = namedSymbol(type);
    if (symbol === undefined) return this.#inline(type);
    const { name } = symbol;
    if (!this.#components.has(name)) {
      // Before its parts, which may name it.
      this.#components.set(name, {});
      this.#components.set(name, { ...this.#described(symbol), ...this.#inline(type) });
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  #inline(type: ts.Type): Schema {
    if (type.isUnion()) return this.#union(type);
    const simple = simpleSchema(type);
    if (simple !== undefined) return simple;
    if (this.#checker.isTupleType(type)) {
      const parts = this.#checker.getTypeArguments(type as ts.TypeReference);
      const prefixItems = parts.map((part) => this.schemaOf(part));
      return { type: 'array', prefixItems, items: false, minItems: parts.length };
    }
    if (this.#checker.isArrayType(type)) {
      const [item] = this.#checker.getTypeArguments(type as ts.TypeReference);
      return { type: 'array', items: this.schemaOf(item!) };
    }
    return this.#object(type);
  }

  /** Literals become one enumeration. */
  #union(type: ts.UnionType): Schema {
    const parts = type.types.filter((part) => !isFlagged(part, ts.TypeFlags.Undefined));
    const isBoolean =
      parts.filter((part) => isFlagged(part, ts.TypeFlags.BooleanLiteral)).length === 2;
    const literals = parts.filter(
      (part) =>
        part.isStringLiteral() ||
        part.isNumberLiteral() ||
        (!isBoolean && isFlagged(part, ts.TypeFlags.BooleanLiteral)),
    );
    const others = parts.filter(
      (part) => !literals.includes(part) && !isFlagged(part, ts.TypeFlags.BooleanLiteral),
    );
    const values = literals.flatMap((part) => simpleSchema(part)?.enum ?? []);
    const schemas = [
      ...(values.length > 0 ? [enumeration(values)] : []),
      ...others.map((part) => this.schemaOf(part)),
      ...(isBoolean ? [{ type: 'boolean' }] : []),
    ];
    return schemas.length === 1 ? schemas[0]! : { anyOf: schemas };
  }

  #object(type: ts.Type): Schema {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const property of this.#checker.getPropertiesOfType(type)) {
      const schema = this.schemaOf(this.#checker.getTypeOfSymbol(property));
      properties[property.name] = { ...schema, ...this.#described(property) };
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      if (!isOptional) required.push(property.name);
    }
    const others = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String);
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
      ...(others !== undefined && { additionalProperties: this.#others(others) }),
    };
  }

  #others(type: ts.Type): Schema | false {
    return isFlagged(type, ts.TypeFlags.Never) ? false : this.schemaOf(type);
  }

  #described(symbol: ts.Symbol): Pick<Schema, 'description'> {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.#checker));
    return text === '' ? {} : { description: text.replace(/\s+/g, ' ') };
  }
}

function partsOf({ properties = {}, items, anyOf = [], prefixItems = [] }: Schema): Schema[] {
  return [...Object.values(properties), ...anyOf, ...prefixItems, ...(items ? [items] : [])];
}

/** The name of a type that has one of its own, and not one of the language. */
function namedSymbol({ aliasSymbol, symbol }: ts.Type): ts.Symbol | undefined {
  for (const one of [aliasSymbol, symbol as ts.Symbol | undefined]) {
    const declaration = one?.declarations?.[0];
    if (declaration === undefined) continue;
    if (declaration.getSourceFile().isDeclarationFile) continue;
    if (/\/types-of-routes\.ts$/.test(declaration.getSourceFile().fileName)) continue;
    if (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration))
      return one;
  }
  return undefined;
}

function simpleSchema(type: ts.Type): Schema | undefined {
  if (type.isStringLiteral() || type.isNumberLiteral()) return enumeration([type.value]);
  if (isFlagged(type, ts.TypeFlags.BooleanLiteral)) {
    return enumeration([(type as ts.Type & { intrinsicName: string }).intrinsicName === 'true']);
  }
  if (isFlagged(type, ts.TypeFlags.String)) return { type: 'string' };
  if (isFlagged(type, ts.TypeFlags.Number)) return { type: 'number' };
  if (isFlagged(type, ts.TypeFlags.Boolean)) return { type: 'boolean' };
  if (isFlagged(type, ts.TypeFlags.Null)) return { type: 'null' };
  if (isFlagged(type, ts.TypeFlags.Unknown)) return {};
  if (isFlagged(type, ts.TypeFlags.NonPrimitive)) return { type: 'object' };
  return undefined;
}

/** In an order of their own: that of the compiler depends on what else it has read. */
function enumeration(values: readonly (string | number | boolean)[]): Schema {
  const sorted = values.toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
  return { type: typeof values[0], enum: sorted };
}

function isFlagged(type: ts.Type, flag: ts.TypeFlags): boolean {
  return (type.flags & flag) !== 0;
}
