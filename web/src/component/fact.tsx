import type { ComponentChildren } from 'preact';

interface FactProps {
  readonly name: string;
  readonly value: ComponentChildren;
}

/** One line of a `dl` of facts. */
export function Fact({ name, value }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
