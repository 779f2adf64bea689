/**
 * Returns the address of this page at the public URL of the service, or `null` if the page is open at an address where
 * a login works. The service writes the public URL and the allowed origins into a meta tag of `index.html`.
 */
export function rightAddress({ document, location }: Window): string | null {
  const meta = document.querySelector<HTMLMetaElement>('meta[name=vestibule-origins]');
  const [publicUrl = '', ...allowed] = meta?.content.split(' ') ?? [];
  // The development server does not fill in the tag.
  if (!publicUrl.startsWith('http') || [publicUrl, ...allowed].includes(location.origin)) {
    return null;
  }
  return publicUrl + location.pathname + location.search + location.hash;
}
