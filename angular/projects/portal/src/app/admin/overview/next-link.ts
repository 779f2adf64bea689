/** A page of the console with its parameters. */
export interface NextLink {
  readonly page: string;
  readonly params: Readonly<Record<string, string>>;
}

/** The parameter of the audit page for an option of `vestibule events`. */
const PARAMS: Readonly<Record<string, string>> = {
  '--type': 'type',
  '--outcome': 'outcome',
  '--user': 'user',
  '--since': 'from',
};

/**
 * Returns the page of the console that shows the same as the next command of a finding. `null`: no page does, for example for
 * `vestibule events verify`.
 */
export function linkOfCommand(command: string): NextLink | null {
  const [program, group, ...rest] = command.split(' ');
  if (program !== 'vestibule') return null;
  if (group === 'users' && rest[0] === 'show' && rest[1]) {
    return { page: `/users/${rest[1]}`, params: {} };
  }
  if (group !== 'events') return null;
  const params: Record<string, string> = {};
  for (let at = 0; at < rest.length; at += 2) {
    const [name, value] = [PARAMS[rest[at] ?? ''], rest[at + 1]];
    // Another command, or an option that the page does not have.
    if (name === undefined || value === undefined) return null;
    params[name] = params[name] === undefined ? value : `${params[name]},${value}`;
  }
  return { page: '/audit', params };
}
