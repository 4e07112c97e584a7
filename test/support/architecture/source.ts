import ts from 'typescript';

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Gone when the program runs: `import type`, `export type`, `import('…')` as a type. */
  readonly typeOnly: boolean;
}

/** A source file, as far as the rules look at it. */
export interface Source {
  /** From the repository's root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** The text with comments and the contents of strings blanked, so that words in them are no code. */
  readonly code: string;
  readonly imports: readonly Import[];
  /** The line of the default export, where there is one. */
  readonly defaultExport: number | undefined;
}

export function parseSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const code = [...text.replace(/[^\n]/g, ' ')];
  const imports: Import[] = [];
  let defaultExport: number | undefined;

  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found) imports.push({ ...found, line: lineOf(node) });
    if (isDefaultExport(node)) defaultExport ??= lineOf(node);
    const children = node.getChildren(file).filter((child) => !ts.isJSDoc(child));
    for (const child of children) visit(child);
    if (children.length > 0 || isLiteral(node)) return;
    for (let at = node.getStart(file); at < node.end; at += 1) code[at] = text.charAt(at);
  };
  visit(file);
  return { path, text, code: code.join(''), imports, defaultExport };
}

function importOf(node: ts.Node): Omit<Import, 'line'> | undefined {
  if (ts.isImportDeclaration(node)) {
    const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return specifierOf(node.moduleSpecifier, typeOnly);
  }
  if (ts.isExportDeclaration(node)) return specifierOf(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isImportTypeNode(node)) {
    return specifierOf(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
  }
  if (ts.isCallExpression(node) && isLoad(node.expression)) return specifierOf(node.arguments[0], false);
  return undefined;
}

function specifierOf(node: ts.Node | undefined, typeOnly: boolean): Omit<Import, 'line'> | undefined {
  return node && ts.isStringLiteralLike(node) ? { specifier: node.text, typeOnly } : undefined;
}

/** `import(…)` or `require(…)`. */
function isLoad(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(callee) && callee.text === 'require';
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node) || ts.isExportSpecifier(node)) {
    return ts.isExportAssignment(node) || node.name.text === 'default';
  }
  return node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent);
}

function isLiteral(node: ts.Node): boolean {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isRegularExpressionLiteral(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node)
  );
}
