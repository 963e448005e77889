import {
  bindingOf,
  COMPARISON_BINDING,
  CONDITIONAL_BINDING,
  MINUS_BINDING,
  NOT_BINDING,
  PLAIN_NAME,
  POWER_BINDING,
  WORDS,
  type BinaryNode,
  type Node,
} from './syntax.ts';

const TIGHTEST = 10;

/** An expression in canonical spelling; read again, it is the same expression. */
export function print(node: Node): string {
  switch (node.type) {
    case 'literal':
      return typeof node.value === 'string' ? quoted(node.value) : String(node.value);
    case 'none':
      return 'none';
    case 'name':
      return isPlain(node.name) ? node.name : `[${node.name}]`;
    case 'unary': {
      const [sign, binding] = node.operator === '-' ? ['-', MINUS_BINDING] : ['not ', NOT_BINDING];
      return `${sign}${inside(node.operand, binding)}`;
    }
    case 'binary':
      return printBinary(node);
    case 'conditional': {
      const condition = inside(node.condition, CONDITIONAL_BINDING + 1);
      return `${condition} ? ${print(node.then)} : ${print(node.otherwise)}`;
    }
    case 'call':
      return `${node.name}(${node.args.map(print).join(', ')})`;
  }
}

function printBinary({ operator, left, right }: BinaryNode): string {
  const binding = bindingOf(operator);
  const leftmost =
    binding === COMPARISON_BINDING || binding === POWER_BINDING ? binding + 1 : binding;
  const rightmost = binding === POWER_BINDING ? MINUS_BINDING : binding + 1;
  return `${inside(left, leftmost)} ${operator} ${inside(right, rightmost)}`;
}

/** A part, in parentheses where it binds less tightly than its surroundings ask for. */
function inside(node: Node, binding: number): string {
  return looseness(node) < binding ? `(${print(node)})` : print(node);
}

function looseness(node: Node): number {
  switch (node.type) {
    case 'unary':
      return node.operator === '-' ? MINUS_BINDING : NOT_BINDING;
    case 'binary':
      return bindingOf(node.operator);
    case 'conditional':
      return CONDITIONAL_BINDING;
    case 'literal':
    case 'none':
    case 'name':
    case 'call':
      return TIGHTEST;
  }
}

function isPlain(name: string): boolean {
  return PLAIN_NAME.test(name) && !WORDS.has(name);
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
