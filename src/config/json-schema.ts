import { z } from 'zod';
import { pointsSchema, profileSchema } from './profile-schema.ts';
import { documentedSiteSchema } from './site-schema.ts';
import { deviceWritesSchema } from './writes-schema.ts';

/** As much of JSON Schema as ours uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** JSON Schema of a site file (draft 2020-12), for editors. */
export function gatewayJsonSchema(): JsonSchema {
  return jsonSchema(
    documentedSiteSchema(pointsSchema, deviceWritesSchema),
    'gateway',
    'Site file of dinrail',
  );
}

/** JSON Schema of a profile file, likewise. */
export function profileJsonSchema(): JsonSchema {
  return jsonSchema(profileSchema, 'profile', 'Device profile of dinrail');
}

function jsonSchema(schema: z.ZodType, name: string, title: string): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { $schema, $id: `urn:dinrail:schema:${name}:1`, title, ...rest } as JsonSchema;
}
