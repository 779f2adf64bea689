// Finds texts that a user sees and that are not in the dictionaries of `pages/text`: literal texts in the templates of pages,
// dialogs and portal, and sentences in their classes. Such a text would be English in every language.
import { parseTemplate } from '@angular/compiler';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const projects = fileURLToPath(new URL('../projects/', import.meta.url));
const FOLDERS = ['vestibule/pages', 'vestibule/dialogs', 'portal/src/app'];
/** Attributes that a browser shows or announces. */
const TEXT_ATTRIBUTES = ['alt', 'aria-label', 'aria-description', 'label', 'placeholder', 'title'];
/** Before the application starts, and if nothing can be loaded, there are no texts. */
const WITHOUT_TEXTS = /(^|\/)(text|start)\/|\/shell\/load-failed\.ts$/;
/** Names of products are the same in every language. */
const PRODUCTS = ['Samsung Internet'];

const words = (text) => /\p{L}{2}/u.test(text.replaceAll(/&\w+;/g, ''));
const sentence = (text) => /^\p{Lu}[\p{L}’']*[ ,].*\p{L}/u.test(text.trim());

let files = 0;
const errors = [];
for (const path of FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: projects }))) {
  if (path.endsWith('.spec.ts') || WITHOUT_TEXTS.test(path)) continue;
  files += 1;
  const source = ts.createSourceFile(path, readFileSync(join(projects, path), 'utf8'), 99, true);
  checkClass(path, source, source);
}

/** Checks the strings of a class, and its template. */
function checkClass(path, source, node) {
  // A type is not shown.
  if (ts.isTypeNode(node)) return;
  // Errors are for developers.
  if (ts.isNewExpression(node) && node.expression.getText(source).endsWith('Error')) return;
  if (ts.isPropertyAssignment(node) && node.name.getText(source) === 'template') {
    checkTemplate(path, node.initializer.text);
    return;
  }
  if (ts.isPropertyAssignment(node) && node.name.getText(source) === 'templateUrl') {
    const file = join(dirname(path), node.initializer.text);
    checkTemplate(file, readFileSync(join(projects, file), 'utf8'));
    return;
  }
  const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node);
  if (isText && sentence(node.text) && !PRODUCTS.includes(node.text))
    errors.push(`${path}: ${node.text.trim()}`);
  node.forEachChild((child) => checkClass(path, source, child));
}

/** Checks the texts, the attributes with text and the strings in expressions of a template. */
function checkTemplate(path, html) {
  const { nodes, errors: broken } = parseTemplate(html, path);
  if (broken?.length) throw new Error(`${path}: ${broken[0].msg}`);
  const seen = new Set();
  const check = (value) => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const kind = value.constructor.name;
    if (/SourceSpan|Location|I18n/.test(kind)) return;
    if (/^Text(\$\d+)?$/.test(kind) && words(value.value)) report(path, value.value);
    if (
      kind.startsWith('TextAttribute') &&
      TEXT_ATTRIBUTES.includes(value.name) &&
      words(value.value)
    )
      report(path, `${value.name}="${value.value}"`);
    if (kind.startsWith('Interpolation'))
      value.strings.filter(words).forEach((t) => report(path, t));
    if (kind.startsWith('LiteralPrimitive') && typeof value.value === 'string')
      if (sentence(value.value)) report(path, value.value);
    for (const [name, child] of Object.entries(value)) {
      if (/[sS]pan$|^i18n$/.test(name)) continue;
      (Array.isArray(child) ? child : [child]).forEach(check);
    }
  };
  nodes.forEach(check);
}

function report(path, text) {
  errors.push(`${path}: ${text.trim().replaceAll(/\s+/g, ' ')}`);
}

for (const error of errors) console.error(`literal text: ${error}`);
console.log(`${files} files of pages, dialogs and portal, ${errors.length} literal texts`);
if (errors.length > 0 || files < 40) process.exit(1);
