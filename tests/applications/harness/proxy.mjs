// Starts nginx or Caddy with a configuration of deploy/examples. Only names and ports are replaced.
import { spawn, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DOMAIN } from '../../browser/harness/browser.mjs';

const examples = path.resolve(import.meta.dirname, '../../../deploy/examples');
const START_WITHIN = 90_000;
/**
 * What a proxy writes after it has bound its ports. An answer on the port does not show that: another process could have taken
 * the port.
 */
const isReady = {
  nginx: (folder) => existsSync(path.join(folder, 'pid')),
  caddy: (_, output) => output.includes('serving initial configuration'),
};

/**
 * Starts a proxy. `kind` is `nginx` or `caddy`, `example` the name of a configuration without its suffix. `port` is the port of
 * https, `otherPort` the port in place of 8443, `service` and `application` are the ports behind it. `change` changes the
 * configuration for one test. `address` is where the proxy listens.
 */
export async function startProxy(
  kind,
  example,
  { port, otherPort, service, application, change = (text) => text, address = '127.0.0.1' },
) {
  const folder = await mkdtemp(path.join(tmpdir(), `vestibule-${kind}-`));
  const certificate = path.join(folder, 'certificate.pem');
  const key = path.join(folder, 'key.pem');
  makeCertificate(certificate, key);
  const suffix = kind === 'nginx' ? 'conf' : 'Caddyfile';
  const text = await readFile(path.join(examples, kind, `${example}.${suffix}`), 'utf8');
  const ports = change(text)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${service}`)
    .replaceAll('127.0.0.1:4000', `127.0.0.1:${application}`);
  const configure = { nginx, caddy }[kind];
  const command = await configure(folder, ports, { port, otherPort, certificate, key, address });
  return run(kind, folder, command);
}

/** Starts nginx as a proxy on the level of TCP, which sends the PROXY protocol to the port of the service. */
export async function startStream({ port, service }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'vestibule-stream-'));
  const file = path.join(folder, 'nginx.conf');
  const server = `server { listen 127.0.0.1:${port}; proxy_pass 127.0.0.1:${service}; proxy_protocol on; }`;
  await writeFile(
    file,
    `load_module /usr/lib/nginx/modules/ngx_stream_module.so;\ndaemon off;\nmaster_process off;\npid ${folder}/pid;\n` +
      `error_log stderr;\nevents {}\nstream { ${server} }\n`,
  );
  return run('nginx', folder, ['nginx', ['-p', folder, '-c', file]]);
}

async function run(kind, folder, [program, args]) {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  let ended = false;
  const end = new Promise((done) => child.on('close', () => done((ended = true))));
  child.on(
    'error',
    () => (output += `${program} is missing: run scripts/test applications, which installs it`),
  );
  const late = Date.now() + START_WITHIN;
  const stop = async () => {
    child.kill('SIGTERM');
    await end;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  while (!isReady[kind](folder, output)) {
    if (ended || Date.now() > late) {
      await stop();
      throw new Error(`${kind} did not start\n${output}`);
    }
    await sleep(50);
  }
  return { log: () => output, stop };
}

async function nginx(folder, example, { port, otherPort, certificate, key, address }) {
  const at = address.includes(':') ? `[${address}]` : address;
  const server = example
    .replaceAll('listen 443 ssl', `listen ${at}:${port} ssl`)
    .replaceAll('listen 8443 ssl', `listen ${at}:${otherPort} ssl`)
    .replaceAll('/etc/ssl/corp.example.pem', certificate)
    .replaceAll('/etc/ssl/corp.example.key', key);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
  const whole = `daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${server}\n}\n`;
  const file = path.join(folder, 'nginx.conf');
  await writeFile(file, whole);
  return ['nginx', ['-p', folder, '-c', file]];
}

async function caddy(folder, example, { port, otherPort, certificate, key, address }) {
  const site = (host, isOther) =>
    `https://${host}:${isOther ? otherPort : port} {\n\tbind ${address}\n\ttls ${certificate} ${key}`;
  const sites = example.replace(/^([\w.]+\.example)(:8443)? \{$/gm, (_, host, isOther) =>
    site(host, isOther),
  );
  const file = path.join(folder, 'Caddyfile');
  await writeFile(file, `{\n\tadmin off\n\tauto_https off\n}\n${sites}`);
  return ['caddy', ['run', '--config', file, '--adapter', 'caddyfile']];
}

function makeCertificate(certificate, key) {
  const names = `subjectAltName=DNS:${DOMAIN},DNS:*.${DOMAIN}`;
  const options = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ];
  execFileSync(
    'openssl',
    [...options, '-subj', `/CN=${DOMAIN}`, '-addext', names, '-keyout', key, '-out', certificate],
    {
      stdio: 'ignore',
    },
  );
}
