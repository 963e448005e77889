import { parseExpression } from '../expression/expression.ts';
import type { ExpressionIssue } from '../expression/issue.ts';
import type { Kind, Scope } from '../expression/value.ts';
import { expressionKind } from '../profile/computed.ts';
import type { AlarmCondition } from '../profile/point-alarm.ts';
import { scopeOf } from '../profile/points.ts';
import type { ConditionConfig } from './alarm-config.ts';
import type { DeviceConfig } from './site-config.ts';

export interface ParsedCondition {
  /** Absent when there are issues. */
  readonly condition?: ConditionConfig;
  readonly issues: readonly ExpressionIssue[];
}

/** A condition over points of one device by their names, and over the params that were chosen for it. */
export function deviceCondition(
  { text, params }: AlarmCondition,
  device: DeviceConfig,
): ParsedCondition {
  const points = device.points.map(({ point }) => point);
  const scope = new Map(scopeOf({ points, computed: device.computed }));
  for (const name of params.keys()) scope.set(`$${name}`, 'number');
  return parsed(text, scope, (name) => {
    const value = name.startsWith('$') ? params.get(name.slice(1)) : undefined;
    return value ?? { id: `${device.name}.${name}` };
  });
}

/** A condition over points of the site: `furnace1.pv > 1200`. */
export function siteCondition(text: string, scope: Scope): ParsedCondition {
  return parsed(text, scope, (id) => ({ id }));
}

/** The points of a site that are on the rail, by id. */
export function siteScope(devices: readonly DeviceConfig[]): Scope {
  const scope = new Map<string, Kind>();
  for (const { name, points, computed } of devices) {
    for (const { point } of points) scope.set(`${name}.${point.name}`, expressionKind(point.type));
    for (const point of computed) scope.set(`${name}.${point.name}`, point.expression.kind);
  }
  return scope;
}

/** `meaning` of a name: a number of its own, or the id of a point. */
function parsed(
  text: string,
  scope: Scope,
  meaning: (name: string) => number | { readonly id: string },
): ParsedCondition {
  const { expression, issues } = parseExpression(text, scope, 'boolean');
  if (expression === undefined) return { issues };
  const points = expression.names.flatMap((name) => {
    const means = meaning(name);
    return typeof means === 'number' ? [] : [means.id];
  });
  return {
    issues,
    condition: {
      ...{ text, points },
      evaluate: (lookup) =>
        expression.evaluate((name) => {
          const means = meaning(name);
          return typeof means === 'number' ? { value: means, quality: 'good' } : lookup(means.id);
        }),
    },
  };
}
