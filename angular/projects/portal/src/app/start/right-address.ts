/**
 * Returns the address of this page at the public URL of the service, or `null` if the page is open at an address where
 * a login works. The service writes the public URL and the allowed origins into a meta tag of `index.html`.
 */
export function rightAddress({ document, location }: Window): string | null {
  const origins = readOrigins(document);
  const [publicOrigin] = origins;
  // The development server does not fill in the tag.
  if (publicOrigin === undefined || origins.includes(location.origin)) return null;
  const { pathname, search, hash } = location;
  // A proxy may have removed the path of the public URL.
  const base = document.querySelector('base')?.getAttribute('href') ?? '/';
  const path = `${pathname}/`.startsWith(base) ? pathname : base + pathname.slice(1);
  return publicOrigin + path + search + hash;
}

function readOrigins(document: Document): readonly string[] {
  const meta = document.querySelector<HTMLMetaElement>('meta[name=vestibule-settings]');
  try {
    return (JSON.parse(meta?.content ?? '') as { origins?: string[] } | null)?.origins ?? [];
  } catch {
    return [];
  }
}
