// Prints one CycloneDX list of the components of a release: the crates in the binary and the npm packages in the pages.
//
//   node components.mjs CARGO.json NPM.json PACKAGE.json
//
// Of the npm packages, only those that the pages depend on: the list of npm also contains the tools that build them. Removes what
// differs between two builds of one commit: serial numbers, and the folder of the checkout.
import { readFileSync } from 'node:fs';

const [cargo, npm, manifest] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const time = new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString();
const service = 'pkg:cargo/vestibule';
const pages = 'pkg:npm/vestibule-workspace';

const main = cargo.metadata.component;
const name = (reference) => (reference === main['bom-ref'] ? service : reference);

// The option --omit of `npm sbom` leaves out packages that are also dependencies of a tool.
const edges = new Map(npm.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
const top = npm.components.filter((one) => one.name in manifest.dependencies).map((one) => one['bom-ref']);
const wanted = new Set(top);
for (const reference of wanted) {
  for (const next of edges.get(reference) ?? []) wanted.add(next);
}
const byReference = (a, b) => (a['bom-ref'] ?? a.ref).localeCompare(b['bom-ref'] ?? b.ref, 'en');

const dependencies = [
  ...cargo.dependencies,
  { ref: pages, dependsOn: top },
  ...npm.dependencies.filter(({ ref }) => wanted.has(ref)),
].map(({ ref, dependsOn = [] }) => ({
  ref: name(ref),
  dependsOn: [...(name(ref) === service ? [pages] : []), ...dependsOn.map(name)].sort(),
}));
const components = [
  ...cargo.components,
  ...npm.components.filter((one) => wanted.has(one['bom-ref'])),
  { ...npm.metadata.component, 'bom-ref': pages, name: 'vestibule-portal' },
];

const list = {
  $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: {
    timestamp: time,
    tools: [...cargo.metadata.tools, ...npm.metadata.tools],
    component: { ...main, 'bom-ref': service, purl: `pkg:cargo/${main.name}@${main.version}` },
    properties: cargo.metadata.properties,
  },
  components: components.sort(byReference),
  dependencies: dependencies.sort(byReference),
};
process.stdout.write(`${JSON.stringify(list, null, 1)}\n`);
