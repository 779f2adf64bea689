import { isId } from './audit-event';

/** The filters of the audit page. Their names are those of the API and of the URL of the page. */
export const FILTERS = ['type', 'outcome', 'user', 'actor', 'ip', 'trace', 'from', 'to'] as const;

export type FilterName = (typeof FILTERS)[number];
export type AuditFilters = Readonly<Partial<Record<FilterName, string>>>;

/** Returns the filters in the parameters of a URL. */
export function filtersOf(params: Readonly<Record<string, string | undefined>>): AuditFilters {
  const set = FILTERS.map((name) => [name, params[name]?.trim()] as const);
  return Object.fromEntries(set.filter(([, value]) => value));
}

/** Returns the filters that the service would refuse: an administrator may still be typing them. */
export function incompleteFilters(filters: AuditFilters): readonly FilterName[] {
  const isBroken: Partial<Record<FilterName, (value: string) => boolean>> = {
    user: (id) => !isId(id),
    trace: (id) => !isId(id),
    ip: (address) => !isAddress(address),
  };
  return FILTERS.filter((name) => filters[name] && isBroken[name]?.(filters[name]));
}

/** An address, or a network such as `203.0.113.0/24`. */
function isAddress(filter: string): boolean {
  const text = filter.replace(/\/\d{1,3}$/, '');
  const parts = text.split('.');
  if (parts.length === 4) return parts.every((part) => /^\d{1,3}$/.test(part) && +part < 256);
  return /^[\da-f:]*:[\da-f:]*$/i.test(text) && text.length >= 2;
}
