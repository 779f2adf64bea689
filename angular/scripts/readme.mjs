// Compiles the TypeScript blocks of the library's README against the sources of the library. A block that starts with
// `// name.ts` is a file of that name, so that other blocks can import it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${workspace}projects/vestibule/README.md`, 'utf8');
const folder = `${workspace}node_modules/.cache/vestibule-readme/`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
const files = blocks.map((code, index) => {
  const [, name = `block-${index + 1}.ts`] = /^\/\/ ([\w.-]+\.ts)\n/.exec(code) ?? [];
  writeFileSync(folder + name, `${code}\nexport {};\n`);
  return folder + name;
});
// The pages of the reader's application.
for (const [, name] of blocks.join('\n').matchAll(/import\('\.\/([\w-]+)'\)/g)) {
  writeFileSync(`${folder}${name}.ts`, 'export default class {}\n');
}

const { config } = ts.readConfigFile(`${workspace}tsconfig.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(
  { compilerOptions: config.compilerOptions },
  ts.sys,
  workspace,
);
const program = ts.createProgram(files, { ...options, noEmit: true, types: [] });
const errors = ts
  .getPreEmitDiagnostics(program)
  .filter(({ file }) => file === undefined || file.fileName.startsWith(folder));
for (const { file, start, messageText } of errors) {
  const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  const name = file?.fileName.slice(folder.length) ?? 'README.md';
  console.error(`${name}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}
console.log(`README.md: ${blocks.length} TypeScript blocks, ${errors.length} errors`);
if (errors.length > 0 || blocks.length === 0) process.exit(1);
