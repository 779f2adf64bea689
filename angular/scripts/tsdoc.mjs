// Checks that each exported symbol of the library has a TSDoc comment with exactly one @example.
import ts from 'typescript';
import { fileURLToPath } from 'node:url';

const library = fileURLToPath(new URL('../projects/vestibule/', import.meta.url));
const entries = [
  'src/public-api.ts',
  'dialogs/public-api.ts',
  'pages/public-api.ts',
  'testing/public-api.ts',
].map((path) => library + path);
const { config } = ts.readConfigFile(`${library}tsconfig.lib.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, library);
const program = ts.createProgram(entries, { ...options, noEmit: true });
const checker = program.getTypeChecker();

let symbols = 0;
const errors = [];
for (const entry of entries) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
  for (const exported of checker.getExportsOfModule(module)) {
    // Angular's mark of symbols that only other entry points of the package use.
    if (exported.name.startsWith('ɵ')) continue;
    symbols += 1;
    const symbol =
      exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const summary = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    const examples = symbol.getJsDocTags(checker).filter(({ name }) => name === 'example').length;
    if (!summary) errors.push(`${exported.name}: the description is missing`);
    if (examples !== 1) errors.push(`${exported.name}: ${examples} examples instead of 1`);
  }
}

for (const error of errors) console.error(`vestibule: ${error}`);
console.log(`vestibule: ${symbols} exported symbols, ${errors.length} errors in their TSDoc`);
if (errors.length > 0) process.exit(1);
