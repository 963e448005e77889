import { join } from 'node:path';
import ts from 'typescript';

/** A type of the contract, and the checker that knows it. */
export interface ContractTypes {
  readonly checker: ts.TypeChecker;
  /** By the words that were asked for. */
  readonly byWords: ReadonlyMap<string, ts.Type>;
}

/**
 * Reads types as a file beside the contract would have them: `AlarmJson[]`. Throws when one of them has a name that
 * the contract does not have.
 */
export function readContract(root: string, words: readonly string[]): ContractTypes {
  const name = join(root, 'src/api/types-of-routes.ts');
  const names = new Set(words.flatMap((text) => text.match(/\b[A-Z]\w+/g) ?? []));
  const text = [
    `import type { ${[...names].join(', ')} } from './contract.ts';`,
    ...words.map((type, index) => `export type T${index} = ${type};`),
  ].join('\n');

  const options: ts.CompilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: true },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, types: [] },
    ...{ lib: ['lib.es2023.d.ts'], allowImportingTsExtensions: true },
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => file === name || disk.fileExists(file),
    getSourceFile: (file, ...rest) =>
      file === name
        ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true)
        : disk.getSourceFile(file, ...rest),
  };

  const program = ts.createProgram([name], options, host);
  const source = program.getSourceFile(name);
  const wrong = program.getSemanticDiagnostics(source);
  if (source === undefined || wrong.length > 0) {
    throw new Error(
      wrong.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n'),
    );
  }
  const checker = program.getTypeChecker();
  const types = source.statements
    .filter((statement) => ts.isTypeAliasDeclaration(statement))
    .map((statement) => checker.getTypeFromTypeNode(statement.type));
  return { checker, byWords: new Map(words.map((one, index) => [one, types[index]!])) };
}
