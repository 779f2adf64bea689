// Adds the interceptors to an existing call of provideHttpClient.
// The compiler of the workspace: the schematics of Angular 22 contain none.
const ts = require('typescript');

const NAME = 'vestibuleInterceptors';

exports.addInterceptors = (tree, path) => {
  const source = ts.createSourceFile(path, tree.readText(path), ts.ScriptTarget.Latest, true);
  const call = findCall(source, 'provideHttpClient');
  const existing = call.arguments.find((argument) => isCallOf(argument, 'withInterceptors'));
  const recorder = tree.beginUpdate(path);
  const insert = (position, text) => recorder.insertRight(position, text);
  const list = existing?.arguments[0];
  if (!existing) {
    const separator = call.arguments.length > 0 ? ', ' : '';
    insert(call.arguments.end, `${separator}withInterceptors(${NAME})`);
  } else if (!list) {
    insert(existing.arguments.end, NAME);
  } else if (ts.isArrayLiteralExpression(list)) {
    // Ours come first: interceptors of the application then see the cookie and the token.
    insert(list.getStart() + 1, list.elements.length > 0 ? `...${NAME}, ` : `...${NAME}`);
  } else {
    insert(list.getStart(), `[...${NAME}, ...`);
    insert(list.getEnd(), ']');
  }
  insertImport(source, insert, 'withInterceptors', '@angular/common/http');
  insertImport(source, insert, NAME, '@vestibule/angular');
  tree.commitUpdate(recorder);
};

function isCallOf(node, name) {
  return (
    ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name
  );
}

function findCall(node, name) {
  if (isCallOf(node, name)) return node;
  return ts.forEachChild(node, (child) => findCall(child, name));
}

/** Imports a name: in the existing import of the module, or in a new line after the other imports. */
function insertImport(source, insert, name, module) {
  const imports = source.statements.filter(ts.isImportDeclaration);
  const lists = imports
    .filter((each) => each.moduleSpecifier.text === module && !each.importClause?.isTypeOnly)
    .map((each) => each.importClause?.namedBindings)
    .filter((bindings) => bindings && ts.isNamedImports(bindings) && bindings.elements.length > 0);
  if (lists.some((list) => list.elements.some((element) => element.name.text === name))) return;
  const last = lists[0]?.elements.at(-1);
  if (last) insert(last.getEnd(), `, ${name}`);
  else insert(imports.at(-1)?.getEnd() ?? 0, `\nimport { ${name} } from '${module}';`);
}
